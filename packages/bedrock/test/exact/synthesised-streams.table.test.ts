import { type ChatCompletion, createAccumulator, isGatewayError } from '@modelgate/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerBlock, ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'
import { aChat, chunksOf, completionOf } from '../a-call.ts'
import { answer, call, cited, redacted, thinking, web } from './answer-blocks.ts'
import { type ScriptedUpstream, scriptedUpstream } from './scripted-upstream.ts'

let upstream: ScriptedUpstream
beforeAll(async () => {
  upstream = await scriptedUpstream()
})
afterAll(() => upstream[Symbol.asyncDispose]())

/** A model that takes tools on Converse alone. */
const request = {
  model: 'us.meta.llama3-1-70b-instruct-v1:0',
  tools: [{ type: 'function' as const, function: { name: 'f', description: 'Does it.' } }],
}

/** What a client sees, whichever way it asked. */
async function seen(reading: Promise<ChatCompletion>) {
  try {
    const { choices, usage, trace, service_tier: tier } = await reading
    return { choices, usage, trace, tier }
  } catch (error) {
    if (isGatewayError(error)) return { code: error.code, message: error.message }
    throw error
  }
}

async function whole(body: string): Promise<ChatCompletion> {
  return completionOf(await upstream.chat(aChat(request), { body }))
}

async function synthesised(body: string): Promise<ChatCompletion> {
  const streaming = { ...request, stream: true, stream_options: { include_usage: true } }
  const accumulator = createAccumulator()
  for (const chunk of await chunksOf(await upstream.chat(aChat(streaming), { body }))) accumulator.add(chunk)
  return accumulator.completion()
}

const unreadable: Partial<ConverseAnswer> = { stopReason: 'malformed_tool_use', usage: { inputTokens: 3 } }
const rows: readonly (readonly [string, readonly AnswerBlock[], Partial<ConverseAnswer>?])[] = [
  ['text', [{ text: 'a' }, { text: 'b' }]],
  ['nothing', []],
  ['tool calls', [{ text: 'a' }, call('f', { a: 1 }, 't1'), call('f', {}, 't2')], { stopReason: 'tool_use' }],
  ['reasoning of every kind', [thinking('a', 's'), thinking('b'), thinking('c'), redacted('AAAA'), redacted('BBBB')]],
  ['citations', [{ text: 'a' }, cited('b', web('https://a.example/1'), web('https://a.example/2'))]],
  [
    'usage, tier and trace',
    [{ text: 'a' }],
    {
      usage: { inputTokens: 3, outputTokens: 1, cacheReadInputTokens: 2 },
      serviceTier: { type: 'flex' },
      trace: { guardrail: { actionReason: 'x' } },
    },
  ],
  ['a guardrail’s words', [{ text: 'Sorry.' }], { stopReason: 'guardrail_intervened' }],
  ['output that Bedrock could not read', [], unreadable],
  ['reasoning, and else output that Bedrock could not read', [thinking('a')], unreadable],
  ['a block that nobody knows', [{ hologram: {} } as AnswerBlock, { text: 'a' }]],
]

describe('a stream made of a whole answer', () => {
  const bodies = rows.map(([name, blocks, more]) => [name, JSON.stringify(answer(blocks, more))] as const)

  it.each(bodies)('of %s says what the answer says', async (_name, body) => {
    expect(await seen(synthesised(body))).toEqual(await seen(whole(body)))
  })

  it('without a message is no stream', async () => {
    expect(await seen(synthesised('{"output":{}}'))).toMatchObject({ code: 'upstream_bad_response' })
  })
})
