import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamodbFleetStore } from '@modelgate/aws/dynamodb'
import { type FleetCounters, fleetCounters, type Gateway } from '@modelgate/core'
import type { Plan } from '../plan.ts'

/** What the counters of all instances need besides the plan. */
interface FleetParts {
  readonly gateway: Pick<Gateway, 'metrics'>
  readonly warn: (sentence: string) => void
  /** DynamoDB's, where it is not the SDK's own choice. */
  readonly client?: DynamoDBClient | undefined
}

const tellEveryMs = 60_000

/**
 * The counters of all instances together: in the table of the request log, where that is one of DynamoDB's. Absent where instances share nothing.
 * Close them after the last call has settled.
 */
export function openFleet(
  { config, settings }: Plan,
  { gateway, warn, client }: FleetParts,
): FleetCounters | undefined {
  const { requestLog, region, requestLogRetentionDays: retentionDays } = config
  if (requestLog?.kind !== 'dynamodb') return undefined
  const tableName = requestLog.tableName ?? settings.requestLogTable
  const store = dynamodbFleetStore({ tableName, client, region, retentionDays })
  let toldAt = Number.NEGATIVE_INFINITY
  const counters = fleetCounters({
    snapshot: () => gateway.metrics(),
    store,
    onError: error => {
      if (performance.now() - toldAt < tellEveryMs) return
      toldAt = performance.now()
      const why = error instanceof Error ? error.message || error.name : typeof error
      warn(
        `The counters of all instances cannot be written to ${tableName}: ${why}. What was counted is kept, and tried again.`,
      )
    },
  })
  return {
    ...counters,
    async close() {
      await counters.close()
      store.close()
    },
  }
}
