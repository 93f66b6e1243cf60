import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { numberOf, numberValue } from '../number-value.ts'
import { type MeterCount, meters, newSpan, subWindowAt } from './limit-item.ts'
import { spanValue, toMeterCount, writesAttribute } from './to-update-item.ts'

/** A limit's item as DynamoDB has it. */
export type RawItem = Readonly<Record<string, AttributeValue>>

/**
 * What makes an item one that can be counted in again, where somebody else wrote some of it: `undefined` for one that is whole. What can
 * be read of a span goes on counting, for as long as if it had been counted now.
 */
export function repairOf(item: RawItem, nowMs: number): Repair | undefined {
  const anew = Object.entries(item).flatMap(([name, found]): [string, AttributeValue][] => {
    const [, window, length] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(name) ?? []
    if (window === undefined || isWhole(found, Number(length))) return []
    const [requests = 0, tokens = 0] = meters.map(meter => usedIn(found.M?.[meter]?.M))
    const span = newSpan(subWindowAt(nowMs, Number(window)), Number(length), { requests, tokens })
    return [[name, spanValue(span)]]
  })
  const { [writesAttribute]: writes } = item
  const isCounted = writes === undefined || isNumber(writes)
  if (anew.length === 0 && isCounted) return undefined
  const written = numberValue(isCounted ? numberOf(writes) + 1 : 1)
  return {
    UpdateExpression: `SET #writes = :writes${anew.map((_, at) => `, #n${at} = :n${at}`).join('')}`,
    // Each write of ours counts in it: none that came in between is written over.
    ConditionExpression: writes ? '#writes = :found' : 'attribute_not_exists(#writes)',
    ExpressionAttributeNames: {
      '#writes': writesAttribute,
      ...Object.fromEntries(anew.map(([name], at) => [`#n${at}`, name])),
    },
    ExpressionAttributeValues: {
      ':writes': written,
      ...(writes && { ':found': writes }),
      ...Object.fromEntries(anew.map(([, value], at) => [`:n${at}`, value])),
    },
  }
}

/** The part of an UpdateItem that writes anew what still is as it was found. */
type Repair = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

function isNumber(value: AttributeValue | undefined): boolean {
  return value?.N !== undefined && Number.isFinite(Number(value.N))
}

function isWhole({ M: members }: AttributeValue, length: number): boolean {
  const isMeter = (meter: AttributeValue | undefined): boolean => {
    const { now, used, ring } = meter?.M ?? {}
    return isNumber(now) && isNumber(used) && ring?.L?.length === length && ring.L.every(isNumber)
  }
  return isNumber(members?.newest) && meters.every(meter => isMeter(members?.[meter]))
}

/** The more of the sum and of what it should be the sum of, that too little is not counted. */
function usedIn(members: RawItem | undefined): number {
  const { now, ring }: MeterCount = toMeterCount(members)
  const summed = ring.reduce((sum, amount) => sum + amount, now)
  return Math.max(0, summed, numberOf(members?.used))
}
