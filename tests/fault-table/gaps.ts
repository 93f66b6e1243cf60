import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cellName, cells } from './cell.ts'
import { type FaultRow, type FaultTable, lackOf } from './fault-row.ts'

/** The faults of upstreams and of clients that the table must have a row for. */
export const faults = [
  'a target throttles',
  'a target is out of order',
  'a target refuses the request',
  'a target refuses the gateway',
  'no connection comes about',
  'the connection is lost before an answer',
  'a head or a first token is late',
  'an answer stops and stays open',
  'an answer ends before its end',
  'a frame is damaged',
  'a frame tells of a failure',
  'a frame is of a kind that is not known',
  'an answer is no JSON, or says that it is another thing',
  'an answer comes in odd pieces',
  'an answer is far too large',
  'an answer leads elsewhere',
  'a client leaves',
  'a client reads too slowly',
  'a client sends too much',
  'a client sends too slowly',
  'a client sends nonsense',
  'a client sends headers for the upstream',
  'a client has no key, or a wrong one',
  'a client sends the same call twice',
  'more calls come than a target takes',
  'the gateway closes',
  'retries pile up',
  'a breaker is half open',
] as const

/** A reason shorter than this is none. */
const shortestReason = 20

const isReason = (text: string): boolean => text.trim().length >= shortestReason

/** Cells of the table without a story and without a reason, one line each. */
export function gapsOf(table: FaultTable): string[] {
  const unknown = Object.keys(table).filter(name => !faults.some(fault => fault === name))
  return [
    ...unknown.map(name => `${name}: no such fault is known`),
    ...faults.flatMap(fault => {
      const row = Object.hasOwn(table, fault) ? table[fault] : undefined
      return row ? gapsOfRow(row).map(gap => `${fault}: ${gap}`) : [`${fault}: no row`]
    }),
  ]
}

function gapsOfRow(row: FaultRow): string[] {
  if ('lacks' in row) return isReason(row.lacks) ? [] : ['no reason']
  if ('told' in row) {
    const isThere = existsSync(join(import.meta.dirname, '../..', row.told))
    return [...(isThere ? [] : [`there is no ${row.told}`]), ...(isReason(row.why) ? [] : ['no reason'])]
  }
  if (row.forms.length === 0) return ['no forms']
  // A form may lack a cell for a reason.
  return row.forms.flatMap(form =>
    cells.flatMap(cell => {
      const lack = lackOf(form, cell)
      return lack === undefined || isReason(lack) ? [] : [`${form.name}, ${cellName(cell)}: no reason`]
    }),
  )
}
