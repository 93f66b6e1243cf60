import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { type McpSource, mcpSource } from '../../src/index.ts'

const child = fileURLToPath(new URL('../support/talkative-child.mjs', import.meta.url))
const search = () => ({ signal: new AbortController().signal, tenant: undefined, limit: 3 })
const found = { items: [{ productId: 'p-1' }] }

/** The last two are no messages: a log in the wrong place, and what is JSON but of no protocol. */
const kinds = ['notification', 'request', 'answer', 'garbage', 'stranger']

let opened: McpSource
afterEach(() => opened.close())

function open(kind: string, times: number): McpSource {
  opened = mcpSource({
    server: { command: process.execPath, args: [child, kind, String(times)] },
    tool: { name: 'search' },
  })
  return opened
}

describe('a child process that writes what nobody asked for', () => {
  it.each(kinds)('without end (%s) is ended, and the next search starts another', async kind => {
    const source = open(kind, Number.POSITIVE_INFINITY)
    expect(await source.search('tents', search())).toEqual(found)
    await expect.poll(() => source.describe().state, { timeout: 4_000 }).toBe('disconnected')
    expect(await source.search('tents', search())).toEqual(found)
  })

  it.each(kinds)('now and then (%s) is let be', async kind => {
    const source = open(kind, 50)
    for (let time = 0; time < 5; time += 1) expect(await source.search('tents', search())).toEqual(found)
    expect(source.describe().state).toBe('connected')
  })
})
