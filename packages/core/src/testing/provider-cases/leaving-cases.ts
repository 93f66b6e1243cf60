import { strict as assert } from 'node:assert'
import { GatewayError } from '../../errors.ts'
import type { ProviderRig, UpstreamFault } from '../provider-rig.ts'
import { type RigCase, soon, turns } from './provider-case.ts'
import { chat, complete, openStream, outcomeOf, readToContent, rejection, type StreamResult } from './rig-calls.ts'

type Point = Extract<UpstreamFault, { kind: 'silence' }>['after']

const points: readonly (readonly [Point, string])[] = [
  ['request', 'before the head'],
  ['head', 'between head and content'],
  ['content', 'in the middle of the content'],
]

async function assertLeft({ upstream }: ProviderRig): Promise<void> {
  const ending = await soon(upstream.ending(0), 'The upstream did not see its answer closed')
  assert.equal(ending, 'left', 'The upstream must see that its answer is not wanted any more.')
  assert.equal(upstream.requests(), 1)
}

function silentAfter(after: Point, { upstream }: ProviderRig): void | Promise<void> {
  return upstream.misbehave({ kind: 'silence', after })
}

function abortsStream([after, when]: (typeof points)[number]): RigCase {
  return {
    name: `a stream that is aborted ${when} rejects with the signal's reason, settles cancelled and closes the upstream`,
    async run(rig) {
      await silentAfter(after, rig)
      const caller = new AbortController()
      const reason = new GatewayError('cancelled', 'The caller left.')
      const content = Promise.withResolvers<void>()
      const opening = openStream(rig, {}, caller.signal)
      const reading = rejection(readOn(opening, content.resolve), 'An aborted stream')
      // It is awaited below; until then it must not end the process.
      reading.catch(() => {})
      await soon(rig.upstream.arrival(0), 'The request did not come')
      if (after === 'content') await soon(content.promise, 'The content did not come')
      // A provider may hand the stream out at its head, or not before its first event.
      if (after === 'head') await Promise.race([opening, turns(1_000)])
      await turns()
      caller.abort(reason)
      assert.equal(await reading, reason, "Whoever waits is rejected with the signal's own reason.")
      const result = await opening.catch(() => undefined)
      if (result) {
        const outcome = await outcomeOf(result)
        assert.deepEqual([outcome.status, outcome.error], ['cancelled', reason])
      }
      await assertLeft(rig)
    },
  }
}

async function readOn(opening: Promise<StreamResult>, onContent: () => void): Promise<void> {
  const { batches } = await opening
  const iterator = batches[Symbol.asyncIterator]()
  await readToContent(iterator)
  onContent()
  await readToEnd(iterator)
}

async function readToEnd(iterator: AsyncIterator<unknown>): Promise<void> {
  for (let step = await iterator.next(); !step.done; ) step = await iterator.next()
}

function abortsCompletion([after, when]: (typeof points)[number]): RigCase {
  return {
    name: `a completion that is aborted ${when} rejects with the signal's reason and closes the upstream`,
    async run(rig) {
      await silentAfter(after, rig)
      const caller = new AbortController()
      const reason = new GatewayError('timeout_total', 'Too late.')
      const error = rejection(chat(rig, {}, caller.signal), 'An aborted call')
      await soon(rig.upstream.arrival(0), 'The request did not come')
      await turns()
      caller.abort(reason)
      assert.equal(await error, reason)
      await assertLeft(rig)
    },
  }
}

function returns(when: 'never read' | 'read'): RigCase {
  return {
    name: `a stream ${when} whose reader leaves settles cancelled and closes the upstream`,
    async run(rig) {
      await silentAfter('content', rig)
      const result = await openStream(rig)
      const iterator = result.batches[Symbol.asyncIterator]()
      if (when === 'read') await readToContent(iterator)
      await iterator.return?.()
      assert.equal((await iterator.next()).done, true, 'A reader who has left gets nothing more.')
      assert.equal((await outcomeOf(result)).status, 'cancelled')
      await assertLeft(rig)
    },
  }
}

/** How a call ends that its caller does not want any more. */
export const leavingCases: readonly RigCase[] = [
  ...points.map(abortsStream),
  ...points.map(abortsCompletion),
  returns('never read'),
  returns('read'),
  {
    name: 'a stream whose time is over fails with that clock, and is not cancelled',
    async run(rig) {
      await silentAfter('content', rig)
      const clock = new AbortController()
      const reason = new GatewayError('timeout_idle', 'Silence.')
      const result = await openStream(rig, {}, clock.signal)
      const iterator = result.batches[Symbol.asyncIterator]()
      await readToContent(iterator)
      const reading = rejection(readToEnd(iterator), 'An aborted read')
      clock.abort(reason)
      assert.equal(await reading, reason)
      const outcome = await outcomeOf(result)
      assert.deepEqual([outcome.status, outcome.error], ['failed', reason])
      await assertLeft(rig)
    },
  },
  {
    name: 'a call that was aborted already sends nothing',
    async run(rig) {
      const reason = new GatewayError('cancelled', 'The caller left.')
      const signal = AbortSignal.abort(reason)
      for (const stream of [false, true]) {
        assert.equal(await rejection(chat(rig, { stream }, signal), 'An aborted call'), reason)
      }
      assert.equal(rig.upstream.requests(), 0)
    },
  },
  {
    name: 'an abort after the end changes nothing',
    async run(rig) {
      const caller = new AbortController()
      const result = await openStream(rig, {}, caller.signal)
      await readToEnd(result.batches[Symbol.asyncIterator]())
      caller.abort()
      assert.equal((await outcomeOf(result)).status, 'completed')
      assert.equal((await complete(rig)).outcome.status, 'completed')
    },
  },
]
