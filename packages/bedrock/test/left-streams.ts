import { expect } from 'vitest'
import { aChat, chunksOf, type Rig } from './a-call.ts'

/** A stream whose caller aborts it midway closes its upstream, whoever calls Bedrock. */
export async function closesWhenAborted(rig: Rig): Promise<void> {
  rig.simulator.setFaults([{ fault: { kind: 'stall' } }])
  const controller = new AbortController()
  const result = await rig.chat(aChat({ stream: true }, controller.signal))
  const reading = chunksOf(result)
  await rig.simulator.waitFor(request => request.outcome === 'open' && request.status === 200)
  controller.abort()
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  expect(await result.settled).toMatchObject({ status: 'cancelled', usageSource: 'estimated' })
  await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
}

/** A stream whose reader leaves after so many batches closes its upstream, whoever calls Bedrock. */
export async function closesWhenLeft(rig: Rig, batches: number): Promise<void> {
  rig.simulator.setFaults([{ fault: { kind: 'stall' } }])
  const result = await rig.chat(aChat({ stream: true }))
  if (result.kind !== 'stream') throw new Error('expected a stream')
  const iterator = result.batches[Symbol.asyncIterator]()
  for (let read = 0; read < batches; read++) await iterator.next()
  await iterator.return?.()
  expect(await result.settled).toMatchObject({ status: 'cancelled' })
  await rig.simulator.waitFor(request => request.outcome === 'closed-by-client')
}
