import type { Fault } from '@modelgate/simulator'
import { describe, expect, test } from 'vitest'
import { fileSimulator } from '../../simulator/test/file-simulator.ts'
import { openai } from '../src/index.ts'
import { batchesOf, chat, embed, passed } from './support/calls.ts'

const simulator = await fileSimulator()

const provider = () => openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })

async function streamed(fault?: Fault) {
  simulator.setFaults(fault ? [{ fault }] : [])
  const result = await chat(provider(), { stream: true })
  return { ...(await passed(batchesOf(result))), outcome: await result.settled }
}

describe('against the simulator', () => {
  test('a chat, an embedding and the list of models', async () => {
    const result = await chat(provider())
    expect(await result.settled).toMatchObject({ status: 'completed', usageSource: 'reported', finishReason: 'stop' })
    expect(await (await embed(provider())).settled).toMatchObject({ status: 'completed', usageSource: 'reported' })
    const models = await provider().models?.(new AbortController().signal)
    expect(models?.map(({ id }) => id)).toContain('gpt-4o-mini')
  })

  test('a stream comes whole, with its usage and without the chunk that tells it', async () => {
    const { contents, text, error, outcome } = await streamed()
    expect(error).toBeUndefined()
    expect(contents.length).toBeGreaterThan(0)
    expect(text).not.toMatch(/"choices":\[\]|\[DONE\]/)
    expect(outcome).toMatchObject({ status: 'completed', usageSource: 'reported', finishReason: 'stop' })
  })

  test('every way to write the same stream is read alike', async () => {
    const { contents } = await streamed()
    for (const kind of ['byte-by-byte', 'crlf', 'multi-line', 'unknown-event'] as const) {
      const result = await streamed({ kind })
      expect(result, kind).toMatchObject({
        contents,
        error: undefined,
        outcome: { status: 'completed', usageSource: 'reported' },
      })
    }
  })

  test.each<[Fault, string]>([
    [{ kind: 'cut', atByte: 700 }, 'stream_interrupted'],
    [{ kind: 'reset', afterFrames: 2 }, 'stream_interrupted'],
    [{ kind: 'end-without-terminal' }, 'stream_interrupted'],
    [{ kind: 'exception', exceptionType: 'server_error', afterFrames: 0 }, 'upstream_unavailable'],
    [{ kind: 'exception', exceptionType: 'server_error', afterFrames: 2 }, 'upstream_unavailable'],
    [{ kind: 'long-line', bytes: 20_000_000 }, 'upstream_bad_response'],
  ])('%j ends the stream with %s, never as complete', async (fault, code) => {
    const { error, outcome } = await streamed(fault)
    expect(error).toMatchObject({ code })
    expect(outcome.status).toBe('failed')
  })

  test.each<[Fault, string]>([
    [{ kind: 'status', status: 429, headers: { 'retry-after': '2' } }, 'upstream_rate_limited'],
    [{ kind: 'status', status: 500 }, 'upstream_unavailable'],
    [{ kind: 'html' }, 'upstream_unavailable'],
    [{ kind: 'html', status: 200 }, 'upstream_bad_response'],
    [{ kind: 'redirect', location: 'http://127.0.0.1:1/' }, 'upstream_bad_response'],
    [{ kind: 'content-type', value: 'text/html' }, 'upstream_bad_response'],
  ])('%j rejects a stream with %s', async (fault, code) => {
    await expect(streamed(fault)).rejects.toMatchObject({ code })
  })

  test('a wrong key is refused without being repeated', async () => {
    const wrong = openai({ baseURL: simulator.openaiBaseUrl, apiKey: 'sk-wrong-wrong-wrong' })
    const error: unknown = await chat(wrong).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'upstream_auth_failed', status: 502 })
    expect(String(error)).not.toContain('wrong-wrong')
  })

  test('an unknown model is a 404 in the upstream’s own words', async () => {
    await expect(chat(provider(), { model: 'gpt-unknown' })).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('gpt-unknown'),
    })
  })

  test('a reader who leaves is seen by the upstream', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    const result = await chat(provider(), { stream: true })
    for await (const _ of batchesOf(result)) break
    const request = await simulator.waitFor(({ outcome }) => outcome === 'closed-by-client')
    expect(request.operation).toBe('chat')
  })
})
