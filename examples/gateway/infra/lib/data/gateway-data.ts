import { type GatewayTables, gatewayTables } from '@modelgate/aws/dynamodb'
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { EnvironmentProfile } from '../environment-profile.ts'
import type { ResourceNames } from '../resource-names.ts'
import { type KeyedTable, productTableOf } from './keyed-table.ts'

/** A table, and what it was made from. */
export interface GatewayTable {
  readonly table: TableV2
  readonly definition: KeyedTable
}

/** The tables of a deployment. */
export type GatewayData = { readonly [Name in keyof GatewayTables | 'productCatalog']: GatewayTable }

export interface GatewayDataProps {
  readonly names: ResourceNames
  readonly key: Key
  readonly profile: EnvironmentProfile
}

/**
 * The tables that the gateway's stores say they need, and the one of products: billed by request, encrypted with the deployment's key,
 * restorable to any second of the last 35 days. Each may get replicas in other regions later, as a global table.
 */
export function gatewayData(scope: Construct, { names, key, profile }: GatewayDataProps): GatewayData {
  const tables = { ...gatewayTables(names.prefix), productCatalog: productTableOf(names.productCatalog) }
  const made = Object.entries(tables).map(([name, definition]) => [
    name,
    { definition, table: tableOf(scope, definition, { key, profile }) },
  ])
  return Object.fromEntries(made) as GatewayData
}

/** The ARNs of a table and its indexes, each by its name: a wildcard would allow those of tomorrow, too. */
export function arnsOf({ table, definition }: GatewayTable): string[] {
  return [table.tableArn, ...definition.indexes.map(({ indexName }) => `${table.tableArn}/index/${indexName}`)]
}

function tableOf(
  scope: Construct,
  { tableName, hashKey, rangeKey, indexes, ttlAttribute, numbers = [] }: KeyedTable,
  { key, profile }: Pick<GatewayDataProps, 'key' | 'profile'>,
): TableV2 {
  const attribute = (name: string) => ({
    name,
    type: numbers.includes(name) ? AttributeType.NUMBER : AttributeType.STRING,
  })
  return new TableV2(scope, tableName, {
    tableName,
    partitionKey: attribute(hashKey),
    ...(rangeKey === undefined ? {} : { sortKey: attribute(rangeKey) }),
    globalSecondaryIndexes: indexes.map(index => ({
      indexName: index.indexName,
      partitionKey: attribute(index.hashKey),
      ...(index.rangeKey === undefined ? {} : { sortKey: attribute(index.rangeKey) }),
      projectionType: ProjectionType.ALL,
    })),
    ...(ttlAttribute === undefined ? {} : { timeToLiveAttribute: ttlAttribute }),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.customerManagedKey(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: profile.isProtected,
    // A protected one cannot be deleted, not by the rollback of a first deployment either, which would fail with it.
    removalPolicy: profile.isProtected ? RemovalPolicy.RETAIN : profile.removalPolicy,
  })
}
