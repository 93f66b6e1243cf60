import { dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import { limitStoreCases } from '@modelgate/core/testing'
import { describe, it } from 'vitest'
import { storeRigs } from '../support/store-rig.ts'

// Hundreds of requests at once to one process, on a machine that may be busy, take longer than one to DynamoDB.
const makeRig = storeRigs('limits', parts => dynamodbLimitStore({ ...parts, requestTimeoutMs: 20_000 }))

const finer = 'its sub-windows are 24 of a window and a guard, where memory has 12'

describe('the limit store on DynamoDB keeps what every limit store does', () => {
  const cases = limitStoreCases(makeRig, {
    'it lets in and refuses what memory does': finer,
    'it tells of every decision what memory does': finer,
  })
  for (const { name, exception, run } of cases) it.skipIf(exception !== undefined)(name, run)
})
