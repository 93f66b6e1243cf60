import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import {
  type BudgetReservation,
  type BudgetSettlement,
  type BudgetStanding,
  budgetMonth,
  exceededBy,
  newStanding,
  rolledTo,
  settledWith,
} from '@modelgate/core'
import { numberValue } from '../number-value.ts'
import { ttlAttribute } from '../tables.ts'
import { type BudgetItem, type BudgetSight, expirySeconds } from './budget-item.ts'

/** What is asked of one item. */
export interface BudgetAsk {
  /** `undefined`: settlements alone. */
  readonly reservation: Pick<BudgetReservation, 'limits' | 'nanoUsd'> | undefined
  readonly settlements: readonly BudgetSettlement[]
  /** Today. */
  readonly day: number
}

/** The part of an UpdateItem that says what to change, and under which condition. */
export type BudgetWrite = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

/** What becomes of a reservation or a settlement, and the write that it takes. */
interface PlannedWrite {
  readonly allowed: boolean
  /** `undefined`: nothing is to be written, and the item stands so. */
  readonly write: BudgetWrite | undefined
  readonly standing: BudgetStanding
}

/**
 * What to write of an item. One that nobody has seen is taken to be of today, to have room, and to hold what is given back: the condition
 * fails where that is not so, and the item has been seen then.
 */
export function planBudgetWrite(ask: BudgetAsk, sight: BudgetSight | undefined): PlannedWrite {
  const { reservation, settlements, day } = ask
  if (!sight) return { allowed: true, write: addition(ask, day), standing: newStanding(day) }
  const { standing: seen, damaged } = sight
  const today = seen ? rolledTo(seen, day) : newStanding(day)
  const allowed = !reservation || exceededBy(reservation, settlements.reduce(settledWith, today)).length === 0
  const granted: BudgetAsk = allowed ? ask : { ...ask, reservation: undefined }
  const next = settlements.reduce(settledWith, today)
  const cost = allowed ? (reservation?.nanoUsd ?? 0) : 0
  const target = { ...next, dayNanoUsd: next.dayNanoUsd + cost, monthNanoUsd: next.monthNanoUsd + cost }
  if (isSame(target, today)) return { allowed, write: undefined, standing: today }
  const isPlain = seen !== undefined && !damaged && seen.day === today.day && !isCapped(granted, target, today)
  return {
    allowed,
    write: isPlain ? addition(granted, today.day) : replacement(seen, target, damaged),
    standing: target,
  }
}

/** What is added to and taken off a day and its month, as long as all of it is there. */
function addition({ reservation, settlements }: BudgetAsk, day: number): BudgetWrite {
  const words = new Words()
  const { given, added } = amountsOf(settlements, day)
  const cost = reservation?.nanoUsd ?? 0
  const conditions = [`#day = ${words.value(day)}`]
  if (given.day > 0) conditions.push(`dayNanoUsd >= ${words.value(given.day)}`)
  if (given.month > 0) {
    conditions.push(`monthNanoUsd >= ${words.value(given.month)}`, `resets = ${words.value(given.resets)}`)
  }
  for (const { period, nanoUsd } of reservation?.limits ?? []) {
    const back = period === 'day' ? given.day : given.month
    conditions.push(`${period}NanoUsd <= ${words.value(nanoUsd - cost - added + back)}`)
  }
  const ofDay = words.value(cost + added - given.day)
  const ofMonth = words.value(cost + added - given.month)
  return {
    UpdateExpression: `ADD dayNanoUsd ${ofDay}, monthNanoUsd ${ofMonth}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: { '#day': 'day' },
    ExpressionAttributeValues: words.values,
  }
}

/** All of an item, where it still is as it was seen. */
function replacement(
  seen: BudgetStanding | undefined,
  target: BudgetStanding,
  damaged: BudgetItem | undefined,
): BudgetWrite {
  const words = new Words()
  const members = ['day', 'resets', 'dayNanoUsd', 'monthNanoUsd'] as const
  const asSeen = (name: (typeof members)[number], found: AttributeValue | undefined): string =>
    found ? `${nameOf(name)} = ${words.attribute(found)}` : `attribute_not_exists(${nameOf(name)})`
  const same =
    seen && members.map(name => asSeen(name, damaged ? damaged[name] : numberValue(seen[name]))).join(' AND ')
  const set = members.map(name => `${nameOf(name)} = ${words.value(target[name])}`).join(', ')
  return {
    UpdateExpression: `SET ${set}, #expiry = ${words.value(expirySeconds(target.day))}`,
    ConditionExpression: same ?? 'attribute_not_exists(pk)',
    ExpressionAttributeNames: { '#day': 'day', '#expiry': ttlAttribute },
    ExpressionAttributeValues: words.values,
  }
}

/** `day` is a word of DynamoDB's own. */
const nameOf = (name: string): string => (name === 'day' ? '#day' : name)

interface Amounts {
  readonly given: { readonly day: number; readonly month: number; readonly resets: number }
  readonly added: number
}

/**
 * What settlements give back to a day and its month, and what they add to both. Resets only become more: of what was reserved before
 * the latest that is told of, nothing is given back.
 */
function amountsOf(settlements: readonly BudgetSettlement[], day: number): Amounts {
  let added = 0
  const given = { day: 0, month: 0, resets: 0 }
  for (const { slot } of settlements) given.resets = Math.max(given.resets, slot.resets)
  for (const { slot, nanoUsd } of settlements) {
    if (nanoUsd >= 0) added += nanoUsd
    else if (slot.resets === given.resets && budgetMonth(slot.day) === budgetMonth(day)) {
      given.month -= nanoUsd
      if (slot.day === day) given.day -= nanoUsd
    }
  }
  return { given, added }
}

/** Whether less was given back than was to be: of another reset, or not there any more. */
function isCapped({ reservation, settlements }: BudgetAsk, target: BudgetStanding, today: BudgetStanding): boolean {
  const { given, added } = amountsOf(settlements, today.day)
  const cost = reservation?.nanoUsd ?? 0
  const fits = given.month === 0 || given.resets === today.resets
  const isThere = given.day <= today.dayNanoUsd && given.month <= today.monthNanoUsd
  const isWhole = target.monthNanoUsd === today.monthNanoUsd + cost + added - given.month
  return !fits || !isThere || !isWhole
}

function isSame(one: BudgetStanding, other: BudgetStanding): boolean {
  return one.dayNanoUsd === other.dayNanoUsd && one.monthNanoUsd === other.monthNanoUsd
}

/** Placeholders for values. */
class Words {
  readonly values: NonNullable<UpdateItemCommandInput['ExpressionAttributeValues']> = {}

  value(value: number): string {
    return this.attribute(numberValue(value))
  }

  attribute(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.values).length}`
    this.values[placeholder] = value
    return placeholder
  }
}
