import { expect, it, vi } from 'vitest'
import { batchOfBytes, createGateway, type Provider, streamResult } from '../../src/index.ts'
import { chatRequest } from '../support/calls.ts'
import { finish, text } from '../support/chunks.ts'
import { fronts } from '../support/fronts.ts'

const comment = Buffer.from(': wait\n\n')

/** Comments, each a read of its own, and then an answer. */
function commenting(count: number): Provider {
  return {
    id: 'us',
    name: 'commenting',
    handlers: {
      chat({ signal, context: { startedAt } }) {
        const comments = Array.from({ length: count }, () =>
          batchOfBytes(comment, { parse: () => [], hasContent: false }),
        )
        const batches = [...comments, text('hello'), finish].values()
        const next = () => Promise.resolve(batches.next())
        return Promise.resolve(streamResult({ batches: { next }, facts: { terminal: true }, signal, startedAt }))
      },
    },
  }
}

it.each(fronts)(
  '$name: as many reads without content as come before an answer, none of them ends it',
  async ({ open }) => {
    const onError = vi.fn()
    const prices = { nova: { input: 1, output: 1 } }
    const gateway = createGateway({ providers: [commenting(5_000)], auth: () => ({ tenant: 'test' }), prices, onError })
    const ask = await open(gateway)
    const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
    const told = await (await ask('/v1/chat/completions', { method: 'POST', body })).text()
    expect(onError).not.toHaveBeenCalled()
    expect(told.match(/: wait\n\n/g)).toHaveLength(5_000)
    expect(told.slice(comment.length * 5_000)).toMatch(/^data: .*"content":"hello".*\n\n(.*\n\n)*data: \[DONE\]\n\n$/)
  },
)
