import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** A client of a stand-in, which takes any credentials. */
export function dynamodbClient(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}
