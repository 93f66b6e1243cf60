import { beforeAll, describe, expect, it } from 'vitest'
import { type Cell, cellName, cells } from './fault-table/cell.ts'
import { clientRows } from './fault-table/client-rows.ts'
import { type FaultTable, lackOf, type StruckForm, type ToldForm } from './fault-table/fault-row.ts'
import { faults, gapsOf } from './fault-table/gaps.ts'
import { streamRows } from './fault-table/stream-rows.ts'
import { tellStory } from './fault-table/tell-story.ts'
import { upstreamRows } from './fault-table/upstream-rows.ts'

const table: FaultTable = { ...upstreamRows, ...streamRows, ...clientRows }

interface Story {
  readonly title: string
  readonly cell: Cell
  readonly form: StruckForm | ToldForm
}

const stories: readonly Story[] = Object.entries(table).flatMap(([row, rest]) =>
  !('forms' in rest)
    ? []
    : rest.forms.flatMap(form =>
        cells
          .filter(cell => lackOf(form, cell) === undefined)
          .map(cell => ({ title: `${row}, ${form.name}: ${cellName(cell)}`, cell, form })),
      ),
)

describe('the table of faults', () => {
  it('has a story in each cell of each row, or a reason why there is none', () => {
    expect(gapsOf(table)).toEqual([])
  })

  it.each(faults)('would miss the row %s', fault => {
    const { [fault]: _row, ...rest } = table
    expect(gapsOf(rest)).toEqual([`${fault}: no row`])
  })

  it('would miss a reason, a form, and a file that stories are said to be in', () => {
    const forms = [{ name: 'odd', tell: () => Promise.resolve(), lacks: { 'after content': 'none' } }]
    const holed: FaultTable = {
      ...table,
      'a client leaves': { forms },
      'an answer leads elsewhere': { forms: [] },
      'retries pile up': { told: 'tests/nowhere.test.ts', why: '' },
    }
    expect(gapsOf(holed)).toEqual([
      'an answer leads elsewhere: no forms',
      ...cells
        .filter(({ moment }) => moment === 'after content')
        .map(cell => `a client leaves: odd, ${cellName(cell)}: no reason`),
      'retries pile up: there is no tests/nowhere.test.ts',
      'retries pile up: no reason',
    ])
  })
})

const tell = ({ form, cell }: Story) => ('tell' in form ? form.tell(cell) : tellStory(form, cell))
const hangs = ({ form }: Story) => 'hangs' in form

describe.concurrent('a fault of an upstream or a client', () => {
  for (const story of stories.filter(each => !hangs(each))) it(story.title, () => tell(story))
})

describe('an upstream that hangs', () => {
  const told = new Map<Story, Promise<void>>()
  beforeAll(() => {
    for (const story of stories.filter(hangs)) {
      const telling = tell(story)
      telling.catch(() => undefined)
      told.set(story, telling)
    }
  })
  for (const story of stories.filter(hangs)) it(story.title, () => told.get(story))
})
