import { CreateTableCommand, type CreateTableCommandInput, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Template } from 'aws-cdk-lib/assertions'
import { propertiesOf } from './synthesised.ts'

/** Makes the tables of a template as CloudFormation would, as far as a stand-in for DynamoDB knows what they ask for. */
export async function createTablesOf(template: Template, client: DynamoDBClient): Promise<string[]> {
  const inputs = propertiesOf(template, 'AWS::DynamoDB::GlobalTable').map(toCreateTable)
  await Promise.all(inputs.map(input => client.send(new CreateTableCommand(input))))
  return inputs.map(({ TableName }) => TableName ?? '')
}

function toCreateTable(properties: Readonly<Record<string, unknown>>): CreateTableCommandInput {
  const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode } =
    properties as Partial<CreateTableCommandInput>
  return { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode }
}
