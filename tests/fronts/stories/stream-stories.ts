import { GatewayError, type Provider } from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { expect } from 'vitest'
import { atRest } from '../../../packages/core/test/support/calls.ts'
import { endlessProvider } from '../../../packages/core/test/support/sources.ts'
import { type FrontRig, type RigSetup, refused, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'

const from = (provider: Provider): RigSetup => ({
  options: { providers: [provider], routes: { fast: ['us/nova'] } },
})

/** A story about a stream that goes by a script, in which a promise is what the story opens. */
function scripted(
  story: Pick<FrontStory, 'name' | 'needs'>,
  steps: (gate: Promise<void>) => readonly ScriptStep[],
  tell: (rig: FrontRig, open: () => void) => Promise<void>,
): FrontStory {
  let gate = Promise.withResolvers<void>()
  return {
    ...story,
    setup() {
      gate = Promise.withResolvers()
      const setup = from(scriptedProvider('us', steps(gate.promise)))
      return { ...setup, options: { ...setup.options, streams: { commitAfterMs: 20, keepAliveMs: 20 } } }
    },
    tell: rig => tell(rig, () => gate.resolve()),
  }
}

/** A stream read as it comes. */
function reading(answer: Response): { until(pattern: RegExp): Promise<string>; toTheEnd(): Promise<string> } {
  const pieces = answer.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let text = ''
  return {
    async until(pattern) {
      while (!pattern.test(text)) {
        const { done, value } = await pieces.next()
        if (done) throw new Error(`The stream ended without ${pattern}: ${text}`)
        text += value
      }
      return text
    },
    async toTheEnd() {
      for (let step = await pieces.next(); !step.done; step = await pieces.next()) text += step.value
      return text
    },
  }
}

const never = new Promise<void>(() => {})
const asItComes = ['gives what it has before the answer is whole'] as const

/** What may happen to a stream. */
export const streamStories: readonly FrontStory[] = [
  scripted(
    { name: 'the first content arrives before the last is made', needs: asItComes },
    gate => ['Hel', gate, 'lo'],
    async (rig, open) => {
      const answer = await rig.chat('hi', { stream: true })
      const stream = reading(answer)
      expect(await stream.until(/Hel/)).not.toContain('lo"')
      open()
      expect(await stream.toTheEnd()).toMatch(/"lo"[\s\S]*data: \[DONE\]\n\n$/)
    },
  ),
  scripted(
    { name: 'silence is broken by comments, before the first content and after it', needs: asItComes },
    gate => [gate, 'Hello', never],
    async (rig, open) => {
      const answer = await rig.chat('hi', { stream: true })
      expect(answer.status).toBe(200)
      const stream = reading(answer)
      expect(await stream.until(/(: keep-alive\n\n){2}/)).toMatch(/^(: keep-alive\n\n)+$/)
      open()
      await stream.until(/"Hello"[^\n]*\n\n(: keep-alive\n\n){2}/)
      await rig.gateway.close({ graceMs: 0 })
    },
  ),
  {
    name: 'a stream that fails before its first content has its true status',
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'exception', exceptionType: 'throttlingException' } }])
      const answer = await refused(rig.chat('Count to 9', { stream: true, model: 'team/smart' }))
      expect([answer.status, answer.error.code]).toEqual([429, 'upstream_rate_limited'])
    },
  },
  ...['fast', 'team/smart'].map<FrontStory>(model => ({
    name: `a stream on ${model} that is cut has an error for its last word, and nothing that looks whole`,
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'reset', afterFrames: 3 } }])
      const { status, text } = await told(rig.chat('Count to 50', { stream: true, model }))
      expect(status).toBe(200)
      expect(text).toMatch(/\n\ndata: \{"error":\{[^\n]*"code":"stream_interrupted"\}\}\n\n$/)
      expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/)
      expect(await rig.reported(1)).toMatchObject([{ status: 'failed', errorCode: 'stream_interrupted' }])
    },
  })),
  {
    name: 'a bug inside a stream says nothing of itself, and its owner is told',
    setup: () => from(scriptedProvider('us', ['Hel', new TypeError('secret')])),
    async tell(rig) {
      const { text } = await told(rig.chat('hi', { stream: true }))
      expect(text).toMatch(/data: \{"error":\{[^\n]*"code":"internal"\}\}\n\n$/)
      expect(text).not.toMatch(/secret|\[DONE\]/)
      expect(rig.errors).toMatchObject([{ message: 'secret' }])
    },
  },
  {
    name: 'a stream that is open as its gateway closes is told so in band',
    needs: asItComes,
    setup: () => from(scriptedProvider('us', ['Hel', never])),
    async tell(rig) {
      const stream = reading(await rig.chat('hi', { stream: true }))
      await stream.until(/Hel/)
      await rig.gateway.close({ graceMs: 0 })
      const text = await stream.toTheEnd()
      expect(text).toMatch(/data: \{"error":[^\n]*\}\n\n$/)
      expect(text).not.toContain('[DONE]')
    },
  },
  {
    name: 'a client that leaves stops the upstream',
    needs: ['sees its client leave'],
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 2 } }])
      const client = new AbortController()
      const answer = await rig.chat('Count to 50', { stream: true, signal: client.signal })
      await reading(answer).until(/"content":"/)
      client.abort()
      await rig.simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
      expect(await rig.reported(1)).toMatchObject([{ status: 'cancelled', errorCode: 'cancelled' }])
    },
  },
  slowReader(),
  {
    name: 'a client that leaves before its first content is given up',
    needs: ['sees its client leave'],
    async tell(rig) {
      rig.simulator.setFaults([{ fault: { kind: 'delay', ms: 3_600_000 } }])
      const client = new AbortController()
      const left = expect(rig.chat('hi', { stream: true, signal: client.signal })).rejects.toThrow()
      await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
      client.abort()
      await left
      await rig.simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
      expect(await rig.reported(1)).toMatchObject([{ status: 'cancelled' }])
    },
  },
  {
    name: 'an interruption of a layer is an error, and not the end',
    setup: () => from(scriptedProvider('us', ['Hel', new GatewayError('cancelled', 'A layer gave up.')])),
    async tell(rig) {
      const { text } = await told(rig.chat('hi', { stream: true }))
      expect(text).toMatch(/data: \{"error":\{"message":"A layer gave up\."[^\n]*\n\n$/)
    },
  },
]

/** Its provider would go on for ever, and counts how often it was asked. */
function slowReader(): FrontStory {
  let provider = endlessProvider()
  return {
    name: 'what nobody reads is not read from the upstream, and goes on when somebody does',
    needs: ['waits for a slow reader', 'sees its client leave'],
    setup() {
      provider = endlessProvider()
      return from(provider)
    },
    async tell(rig) {
      const answer = await rig.chat('hi', { stream: true })
      const held = await atRest(() => provider.reads)
      const reader = answer.body!.getReader()
      while (provider.reads < held + 50) {
        if ((await reader.read()).done) throw new Error('The stream ended.')
      }
      await reader.cancel()
      await expect.poll(() => provider.closed, { timeout: 10_000 }).toBe(1)
    },
  }
}
