import type { ItemAssignment, ItemCondition, ItemPath } from '../../src/dynamodb/limits/item-change.ts'
import type { LimitItem } from '../../src/dynamodb/limits/limit-item.ts'
import type { LimitTable, WriteResult } from '../../src/dynamodb/limits/limit-table.ts'
import type { ItemWrite } from '../../src/dynamodb/limits/to-update-item.ts'

/** Anything an item may hold. */
type Value = number | Value[] | { [name: string]: Value }

/** A table in this process that keeps the conditions of a write as DynamoDB does. Counts what it is asked. */
export class MemoryLimitTable implements LimitTable {
  reads = 0
  writes = 0
  failedWrites = 0
  readonly #items = new Map<string, { writes: number; spans: { [key: string]: Value } }>()

  read(pk: string): Promise<LimitItem | undefined> {
    this.reads += 1
    return Promise.resolve(this.#copy(pk))
  }

  write({ pk, conditions, assignments }: ItemWrite): Promise<WriteResult> {
    this.writes += 1
    const item = this.#items.get(pk)
    const spans = item?.spans ?? {}
    if (!conditions.every(condition => holds(spans, condition))) {
      this.failedWrites += 1
      return Promise.resolve({ applied: false, item: this.#copy(pk) })
    }
    const before = structuredClone(spans)
    for (const assignment of assignments) assign(spans, before, assignment)
    this.#items.set(pk, { writes: (item?.writes ?? 0) + 1, spans })
    return Promise.resolve({ applied: true, item: this.#copy(pk)! })
  }

  changedNothing(): boolean {
    return false
  }

  delete(pk: string): void {
    this.#items.delete(pk)
  }

  #copy(pk: string): LimitItem | undefined {
    const item = this.#items.get(pk)
    return item && (JSON.parse(JSON.stringify(item)) as LimitItem)
  }
}

function at(value: Value, path: ItemPath): Value | undefined {
  let found: Value | undefined = value
  for (const step of path) {
    if (typeof found !== 'object') return undefined
    found = Array.isArray(found) ? found[Number(step)] : found[step]
  }
  return found
}

function holds(spans: Value, { path, is, value }: ItemCondition): boolean {
  if (is === 'absentOrBefore') {
    if (at(spans, path) === undefined) return true
    return Number(at(spans, [...path, 'newest'])) < value
  }
  const found = at(spans, path)
  if (typeof found !== 'number') return false
  if (is === '=') return found === value
  return is === '<=' ? found <= value : found >= value
}

function assign(spans: Value, before: Value, assignment: ItemAssignment): void {
  const { path } = assignment
  const parent = at(spans, path.slice(0, -1))
  if (typeof parent !== 'object') throw new Error(`There is nothing at ${path.slice(0, -1).join('.')}.`)
  let value: Value
  if ('value' in assignment) value = JSON.parse(JSON.stringify(assignment.value)) as Value
  else {
    const from = at(before, assignment.from ?? path)
    if (typeof from !== 'number') throw new Error(`There is no number at ${(assignment.from ?? path).join('.')}.`)
    value = from + assignment.plus
  }
  const last = path.at(-1)!
  if (Array.isArray(parent)) parent[Number(last)] = value
  else parent[last] = value
}
