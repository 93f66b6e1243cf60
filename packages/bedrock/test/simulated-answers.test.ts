import { createGateway } from '@modelgate/core'
import { startSimulator } from '@modelgate/simulator'
import { describe, expect, it } from 'vitest'
import { type BedrockChatRequest, bedrock } from '../src/index.ts'

const sonnet45 = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const ask = (content: string, more: Partial<BedrockChatRequest> = {}): BedrockChatRequest => ({
  model: sonnet45,
  messages: [{ role: 'user', content }],
  ...more,
})
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const tools = [
  { type: 'function' as const, function: { name: 'get_weather', description: 'Weather of a city', parameters } },
]
const weather = 'Compare both: get_weather Paris and Rome'
const guardrail_config = { guardrailIdentifier: 'gr1', guardrailVersion: '1', trace: 'enabled' }

/** One of each kind of answer that the simulator gives, whole or streamed. */
const requests: Readonly<Record<string, BedrockChatRequest>> = {
  'plain words': ask('Count to 20'),
  'words that are cut off': ask('Count to 20', { max_tokens: 5 }),
  'words up to a stop sequence': ask('Count to 20', { stop: [' 9'] }),
  'signed reasoning': ask('Hello', { reasoning_effort: 'low' }),
  'reasoning, some of it encrypted': ask('Hello #redacted', { reasoning_effort: 'low' }),
  'reasoning that is all encrypted': ask('Hello', { model: 'bedrock/us.openai.gpt-5.6-sol' }),
  'reasoning behind an empty text': ask('Hello', { model: 'bedrock/openai.gpt-oss-20b-1:0' }),
  'parallel calls': ask(weather, { tools }),
  'words before calls': ask(`${weather} #preamble`, { tools }),
  'calls whose frames are mixed': ask(`${weather} #preamble #interleave`, { tools }),
  'calls that end the turn': ask(`${weather} #stop:end_turn`, { tools }),
  'a call that came out wrong': ask(`${weather} #stop:malformed_tool_use`, { tools }),
  'words that came out wrong': ask('Hello #stop:malformed_model_output'),
  'a filter': ask('Hello #stop:content_filtered'),
  'a field of the native answer': ask('Count to 20', {
    stop: [' 9'],
    additional_model_response_field_paths: ['/delta/stop_sequence'],
  }),
  'a full context': ask('Hello #stop:model_context_window_exceeded'),
  'a stop of the future': ask('Hello #stop:of_the_future'),
  'a guardrail': ask('Hello #guardrail', { guardrail_config }),
}

/** A gateway over a simulator that has answered nothing before, so that ids come out the same. */
async function answerTo(request: BedrockChatRequest, streamed: boolean) {
  await using simulator = await startSimulator({ chunking: streamed ? 'bytes' : 'random' })
  const { url: endpoint, credential: credentials } = simulator
  await using gateway = createGateway({ providers: [bedrock({ endpoint, credentials, region: 'us-east-1' })] })
  const answer = streamed
    ? await gateway.stream({ ...request, stream_options: { include_usage: true } }).completion()
    : await gateway.chat(request)
  const { id: _id, created: _created, ...rest } = answer
  return rest
}

describe('an answer of the simulator', () => {
  it.each(Object.entries(requests))('of %s is the same, whole and streamed byte by byte', async (_what, request) => {
    expect(await answerTo(request, true)).toEqual(await answerTo(request, false))
  })

  it.each(['sonnet-5', 'opus-5'])(
    'of Claude %s, which thinks unasked, has thoughts but where it is told not to think',
    async name => {
      const model = `bedrock/us.anthropic.claude-${name}`
      const thoughtsOf = async (more: Partial<BedrockChatRequest>) => {
        const { choices } = await answerTo(ask('Hello', { model, ...more }), false)
        return choices[0]?.message.thinking_blocks
      }
      expect(await thoughtsOf({})).toEqual([expect.objectContaining({ type: 'thinking' })])
      expect(await thoughtsOf({ reasoning_effort: 'none' })).toBeUndefined()
    },
  )
})
