import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatCall, rejection } from '../support/calls.ts'
import { textOf } from '../support/chunks.ts'

describe('scriptedProvider', () => {
  it('plays a row of steps a call, and the last row for ever', async () => {
    const provider = scriptedProvider('us', ['one'], ['two', ' steps'])
    const contents: (string | null | undefined)[] = []
    for (let count = 0; count < 3; count += 1) {
      const result = await provider.handlers.chat!(chatCall({ model: `m${count}` }))
      if (result.kind === 'completion') contents.push(result.completion.value.choices[0]?.message.content)
    }
    expect(contents).toEqual(['one', 'two steps', 'two steps'])
    expect(provider.calls.map(({ request }) => request.model)).toEqual(['m0', 'm1', 'm2'])
  })

  it('streams a step a batch, waits where told, and completes', async () => {
    const gate = Promise.withResolvers<void>()
    const provider = scriptedProvider('us', ['a', gate.promise, 'b'])
    const result = await provider.handlers.chat!(chatCall({ stream: true }))
    if (result.kind !== 'stream') throw new Error('is no stream')
    const reading = textOf(result.batches)
    gate.resolve()
    expect(await reading).toBe('ab')
    expect(await provider.outcomes[0]).toMatchObject({ status: 'completed', usage: { total_tokens: 5 } })
    expect(provider.closed).toBe(0)
  })

  it('throws a scripted error from the call, or from the read where streamed', async () => {
    const fault = new GatewayError('upstream_unavailable', 'Gone.')
    const provider = scriptedProvider('us', [fault])
    expect(await rejection(provider.handlers.chat!(chatCall()))).toBe(fault)
    const result = await provider.handlers.chat!(chatCall({ stream: true }))
    if (result.kind !== 'stream') throw new Error('is no stream')
    expect(await rejection(textOf(result.batches))).toBe(fault)
    expect(provider.closed).toBe(1)
  })

  it('claims ids of its own, and lists one', async () => {
    const provider = scriptedProvider('us')
    expect([provider.claims?.('us-1'), provider.claims?.('eu-1')]).toEqual([true, false])
    expect(await provider.models?.(new AbortController().signal)).toMatchObject([{ id: 'us-1' }])
  })
})
