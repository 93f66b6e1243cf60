import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** Products of one category by price. */
export const categoryPriceIndex = 'CategoryPriceGlobalSecondaryIndex'
/** Products of one brand by availability. */
export const brandAvailabilityIndex = 'BrandAvailabilityGlobalSecondaryIndex'

/** The table of products as `CreateTable` takes it. Its indexes hold all attributes: what they find needs no second read. */
export function productTable(tableName: string): CreateTableCommandInput {
  const Projection = { ProjectionType: 'ALL' } as const
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'productId', AttributeType: 'S' },
      { AttributeName: 'category', AttributeType: 'S' },
      { AttributeName: 'price', AttributeType: 'N' },
      { AttributeName: 'brand', AttributeType: 'S' },
      { AttributeName: 'availability', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'productId', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      { IndexName: categoryPriceIndex, KeySchema: keys('category', 'price'), Projection },
      { IndexName: brandAvailabilityIndex, KeySchema: keys('brand', 'availability'), Projection },
    ],
  }
}

const keys = (hash: string, range: string) =>
  [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ] satisfies CreateTableCommandInput['KeySchema']
