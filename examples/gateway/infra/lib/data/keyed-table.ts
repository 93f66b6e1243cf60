import type { TableDefinition } from '@modelgate/aws/dynamodb'
import { productTable } from '../../../../mcp-catalog/src/dynamodb/product-table.ts'

/** A table with the keys of it and its indexes that are numbers; all others are strings. */
export interface KeyedTable extends TableDefinition {
  readonly numbers?: readonly string[]
}

/** The table of products, as the catalogue itself would make it. */
export function productTableOf(name: string): KeyedTable {
  const { AttributeDefinitions = [], KeySchema = [], GlobalSecondaryIndexes = [] } = productTable(name)
  return {
    tableName: name,
    ...keysOf(KeySchema),
    indexes: GlobalSecondaryIndexes.map(index => ({
      indexName: index.IndexName ?? '',
      ...keysOf(index.KeySchema ?? []),
    })),
    numbers: AttributeDefinitions.flatMap(({ AttributeName, AttributeType }) =>
      AttributeType === 'N' && AttributeName ? [AttributeName] : [],
    ),
  }
}

type Keys = Pick<TableDefinition, 'hashKey' | 'rangeKey'>

function keysOf(schema: readonly { readonly AttributeName?: string | undefined }[]): Keys {
  const [hashKey = '', rangeKey] = schema.map(({ AttributeName }) => AttributeName)
  return { hashKey, ...(rangeKey === undefined ? {} : { rangeKey }) }
}
