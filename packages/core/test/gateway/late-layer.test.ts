import { expect, it } from 'vitest'
import type { Call, Handler } from '../../src/contract.ts'
import { createCall } from '../../src/create-call.ts'
import { type KeepingLayer, lateLayer } from '../../src/gateway/late-layer.ts'
import { completedOutcome, settledAs } from '../../src/outcome.ts'

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] }
const callOf = (callId: string): Call<'chat'> =>
  createCall<'chat'>({ operation: 'chat', request, origin: 'process', callId })
const next: Handler<'chat'> = () =>
  Promise.resolve({ kind: 'stream', batches: (async function* () {})(), settled: settledAs(completedOutcome({})) })

/** A layer that is loaded when its test says so, and notes whom it saw. */
function rig(isFor: (call: Call) => boolean = () => true) {
  const seen: string[] = []
  const loading = Promise.withResolvers<KeepingLayer>()
  let loads = 0
  const late = lateLayer(isFor, () => {
    loads += 1
    return loading.promise
  })
  const layer: KeepingLayer = {
    layer(call, goOn) {
      seen.push(call.context.callId)
      return goOn(call)
    },
    async flush() {
      seen.push('flushed')
    },
  }
  return { late, seen, load: () => loading.resolve(layer), fail: loading.reject, loads: () => loads }
}

it('is loaded once for all who ask meanwhile, who pass in the order in which they came', async () => {
  const { late, seen, load, loads } = rig()
  const passed = ['a', 'b', 'c'].map(id => late.layer(callOf(id), next))
  expect(seen).toEqual([])
  load()
  await Promise.all(passed)
  expect(seen).toEqual(['a', 'b', 'c'])
  expect(loads()).toBe(1)
})

it('is asked at once when it is there', async () => {
  const { late, seen, load } = rig()
  load()
  await late.layer(callOf('a'), next)
  const passed = late.layer(callOf('b'), next)
  expect(seen).toEqual(['a', 'b'])
  await passed
})

it('is not loaded for calls that it is not for, nor to be flushed', async () => {
  const { late, seen, loads } = rig(() => false)
  await late.layer(callOf('a'), next)
  await late.flush()
  expect(seen).toEqual([])
  expect(loads()).toBe(0)
})

it('is flushed once it is there', async () => {
  const { late, seen, load } = rig()
  load()
  await late.layer(callOf('a'), next)
  await late.flush()
  expect(seen).toEqual(['a', 'flushed'])
})

it('fails the calls that it is for where it cannot be loaded: none of them passes by it', async () => {
  const { late, fail } = rig()
  const passed = late.layer(callOf('a'), next)
  fail(new Error('no such file'))
  await expect(passed).rejects.toThrow('no such file')
  await expect(late.layer(callOf('b'), next)).rejects.toThrow('no such file')
})
