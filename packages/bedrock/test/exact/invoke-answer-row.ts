import { isGatewayError, type Usage } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bedrock } from '../../src/index.ts'
import { aChat, chunksOf, completionOf, cutOf } from '../a-call.ts'
import { eventFrame, joined } from '../frames.ts'
import { type CannedUpstream, cannedUpstream } from './canned-upstream.ts'
import { lanes } from './invoke-row.ts'

/** What a native answer must become. */
export interface AnswerRow {
  readonly it: string
  readonly model: string
  /** A whole answer; several chunks of a stream. */
  readonly says: object | readonly object[]
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: string
  readonly reasoning?: string
  readonly finish?: string
  readonly usage?: readonly [prompt: number, completion: number]
  /** Instead of an answer. */
  readonly fails?: string
}

/** Each row over a real socket: the client’s whole answers, or its chunks. */
export function answerRows(title: string, rows: readonly AnswerRow[]): void {
  describe(title, () => {
    let upstream: CannedUpstream
    beforeAll(async () => {
      upstream = await cannedUpstream()
    })
    afterAll(() => upstream[Symbol.asyncDispose]())

    it.each(rows.map(row => [row.it, row] as const))('%s', async (_name, row) => {
      await (Array.isArray(row.says) ? checkStream(row, upstream) : checkWhole(row, upstream))
    })
  })
}

async function ask({ model, says, headers }: AnswerRow, upstream: CannedUpstream) {
  const isStream = Array.isArray(says)
  const chunk = (said: object) => eventFrame('chunk', { bytes: Buffer.from(JSON.stringify(said)).toString('base64') })
  upstream.answer = { body: isStream ? joined(says.map(chunk)) : JSON.stringify(says), ...(headers && { headers }) }
  const provider = bedrock({ endpoint: upstream.url, region: 'us-east-1', bearerToken: 'k', ...lanes })
  const call = aChat({ model, ...(isStream && { stream: true, stream_options: { include_usage: true } }) })
  const result = await provider.handlers.chat?.(call).finally(() => provider.close?.())
  if (!result) throw new Error('no handler')
  return result
}

const totals = (row: AnswerRow): Partial<Usage> | undefined => {
  if (!row.usage) return undefined
  const [prompt_tokens, completion_tokens] = row.usage
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

async function checkWhole(row: AnswerRow, upstream: CannedUpstream): Promise<void> {
  if (row.fails) {
    const error: unknown = await ask(row, upstream).catch((thrown: unknown) => thrown)
    if (!isGatewayError(error)) throw new Error('expected a failure')
    expect(error.code).toBe(row.fails)
    return
  }
  const { choices, usage, id } = completionOf(await ask(row, upstream))
  expect(id).toBe('chatcmpl-canned')
  expect(choices[0]?.message.content ?? '').toBe(row.content ?? '')
  expect(choices[0]?.message.reasoning_content).toBe(row.reasoning)
  if (row.finish) expect(choices[0]?.finish_reason).toBe(row.finish)
  const told = totals(row)
  if (told) expect(usage).toMatchObject(told)
}

async function checkStream(row: AnswerRow, upstream: CannedUpstream): Promise<void> {
  const result = await ask(row, upstream)
  if (row.fails) {
    expect((await cutOf(result)).error).toMatchObject({ code: row.fails })
    return
  }
  const chunks = await chunksOf(result)
  const choices = chunks.flatMap(chunk => chunk.choices)
  const all = (read: (delta: (typeof choices)[number]['delta']) => string | null | undefined) =>
    choices.map(({ delta: of }) => read(of) ?? '').join('')
  expect(all(of => of.content)).toBe(row.content ?? '')
  expect(all(of => of.reasoning_content)).toBe(row.reasoning ?? '')
  expect(choices.flatMap(({ finish_reason }) => finish_reason ?? [])).toEqual([row.finish])
  const told = totals(row)
  if (told) expect(chunks.at(-1)?.usage).toMatchObject(told)
  expect(chunks.filter(({ usage }) => usage).length).toBe(told ? 1 : 0)
}
