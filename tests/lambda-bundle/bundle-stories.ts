import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { functionUrlEvent, type ShimInvocation } from '@modelgate/aws/lambda/testing'
import type { Simulator } from '@modelgate/simulator'
import { apiKey, type BundleRuntime } from './bundle-runtime.ts'
import { frameText, startEndlessUpstream } from './endless-upstream.ts'

/** What the bundled handler does, the same under any runtime; told with node's own assertions, since its own runtime is no test runner's. */
export interface BundleStory {
  readonly name: string
  readonly tell: (rig: BundleRig) => Promise<void>
}

export interface BundleRig {
  /** The handler, with the simulator for Bedrock. */
  readonly runtime: BundleRuntime
  readonly simulator: Simulator
  /** The handler once more, with another endpoint for Bedrock. */
  readonly startAt: (endpoint: string) => Promise<BundleRuntime & AsyncDisposable>
}

const authorization = `Bearer ${apiKey}`

/** An event that asks for a streamed chat. */
export function chat(content: string, { headers = { authorization }, ...fields }: Asked = {}) {
  const body = { stream: true, messages: [{ role: 'user', content }], ...fields }
  return functionUrlEvent({ path: '/v1/chat/completions', headers, body })
}
interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly stream?: boolean
  readonly messages?: unknown
}

interface Chunk {
  readonly choices?: readonly { readonly delta: { readonly content?: string }; readonly finish_reason?: string }[]
  readonly error?: { readonly code: string }
}

/** The text of a stream, and its last event. */
export function read(body: string): {
  readonly text: string
  readonly last: string
  readonly error: string | undefined
} {
  const events = body.split('\n\n').filter(event => event.startsWith('data: '))
  const chunks = events.filter(event => event.startsWith('data: {')).map(event => JSON.parse(event.slice(6)) as Chunk)
  return {
    text: chunks.map(({ choices }) => choices?.[0]?.delta.content ?? '').join(''),
    last: events.at(-1) ?? '',
    error: chunks.find(({ error }) => error)?.error?.code,
  }
}

/** An answer, read to its end, of a function that did not fail. */
export async function told(call: ShimInvocation) {
  const [{ statusCode, headers }, body] = await Promise.all([call.prelude, call.text(), call.returned])
  return { statusCode, headers, body }
}

/** Waits for a number to grow no more, as that of what an upstream could get rid of. */
async function atRest(read: () => number): Promise<number> {
  let last = -1
  while (read() !== last) {
    last = read()
    assert.ok(last < 6_000, 'nothing holds the upstream back')
    await sleep(300)
  }
  return last
}

export const bundleStories: readonly BundleStory[] = [
  {
    name: 'a stream arrives to its end',
    async tell({ runtime }) {
      const { statusCode, headers, body } = await told(runtime.invoke(chat('Say exactly: Grüße, 世界 🚀')))
      assert.equal(statusCode, 200)
      assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
      assert.deepEqual(read(body), { text: 'Grüße, 世界 🚀', last: 'data: [DONE]', error: undefined })
    },
  },
  {
    name: 'what is made arrives while the rest is not; two seconds before the timeout the stream ends with an error, and its upstream',
    async tell({ runtime, simulator }) {
      simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 3 } }])
      const call = runtime.invoke(chat('Count to 9'), { remainingMs: 3_500 })
      let body = ''
      for await (const piece of call.pieces()) {
        body += Buffer.from(piece).toString('utf8')
        // The upstream has not said more and will not: what is here was not waiting for the rest.
        if (body.includes('"content":"') && !body.includes('"error"')) {
          assert.deepEqual(
            simulator.requests().map(({ outcome }) => outcome),
            ['open'],
          )
        }
      }
      assert.equal((await call.prelude).statusCode, 200)
      const { text, last, error } = read(body)
      assert.match(text, /^1 /)
      assert.equal(error, 'timeout_total')
      assert.match(last, /^data: \{"error":/)
      assert.doesNotMatch(body, /\[DONE\]|"finish_reason":"/)
      await call.returned
      await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
    },
  },
  {
    name: 'what fails before the stream has its true status, and the function does not fail of it',
    async tell({ runtime, simulator }) {
      const stranger = await told(runtime.invoke(chat('Hi', { headers: {} })))
      assert.deepEqual([stranger.statusCode, simulator.requests().length], [401, 0])
      const broken = await told(runtime.invoke(chat('Hi', { messages: 'none' })))
      assert.deepEqual([broken.statusCode, JSON.parse(broken.body).error.param], [400, 'messages'])
      const event = await told(runtime.invoke({ source: 'aws.events' }))
      assert.equal(event.statusCode, 400)
      simulator.setFaults([{ fault: { kind: 'status', status: 400, message: 'No such thing.' } }])
      const refused = await told(runtime.invoke(chat('Hi')))
      assert.equal(refused.statusCode, 400)
      assert.equal(refused.headers['content-type'], 'application/json')
      for (const { body } of [stranger, broken, event, refused]) assert.doesNotMatch(body, /\bat .*:\d+:\d+/)
    },
  },
  {
    name: 'what fails inside the stream is its last event, and the function does not fail of it',
    async tell({ runtime, simulator }) {
      simulator.setFaults([{ fault: { kind: 'reset', afterFrames: 3 } }])
      const { statusCode, body } = await told(runtime.invoke(chat('Count to 50')))
      assert.equal(statusCode, 200)
      assert.equal(read(body).error, 'stream_interrupted')
      assert.match(read(body).last, /^data: \{"error":/)
      assert.doesNotMatch(body, /\[DONE\]|"finish_reason":"/)
    },
  },
  {
    name: 'a reader that stops stops the upstream, and loses nothing',
    async tell({ startAt }) {
      await using upstream = await startEndlessUpstream()
      await using runtime = await startAt(upstream.url)
      const call = runtime.invoke(chat('Talk on'), { remainingMs: 300_000 })
      const pieces = call.pieces()[Symbol.asyncIterator]()
      const parts = [Buffer.from((await pieces.next()).value as Uint8Array)]
      const held = await atRest(upstream.written)
      for (let step = await pieces.next(); !step.done; step = await pieces.next()) {
        parts.push(Buffer.from(step.value))
        if (upstream.written() > held + 10) upstream.finish()
      }
      const { text, last } = read(Buffer.concat(parts).toString('utf8'))
      assert.equal(last, 'data: [DONE]')
      assert.ok(text === frameText.repeat(upstream.written()), 'the text is not whole')
      await call.returned
    },
  },
  {
    name: 'a hundred invocations in one process are each their own',
    async tell({ runtime }) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          told(
            runtime.invoke(chat(`Say exactly: ${index}`, { headers: { authorization, 'x-request-id': `r-${index}` } })),
          ),
        ),
      )
      for (const [index, { headers, body }] of answers.entries()) {
        assert.equal(headers['x-request-id'], `r-${index}`)
        assert.deepEqual(read(body), { text: String(index), last: 'data: [DONE]', error: undefined })
      }
    },
  },
]
