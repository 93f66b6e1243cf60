import type { BedrockChatRequest } from '../src/index.ts'
import { images } from './images.ts'

/** A request that once went upstream although Bedrock refuses it. */
export interface OnceDoomedCall {
  /** The simulator's rule that refuses it. */
  readonly rule: string
  readonly request: BedrockChatRequest
}

type Parts = Exclude<Extract<BedrockChatRequest['messages'][number], { role: 'user' }>['content'], string>

const sonnet45 = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${images.png}` } } as const
const file = (type = 'text/plain') =>
  ({ type: 'file', file: { filename: 'a', file_data: `data:${type};base64,QUJD` } }) as const
const ask = (model: string, ...content: Parts): BedrockChatRequest => ({
  model,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }, ...content] }],
})
const strictTool = (name: string, parameters: Record<string, unknown>) =>
  ({ type: 'function', function: { name, strict: true, parameters } }) as const
const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_none, at) => make(at))
const lookCall = { id: 'a', type: 'function', function: { name: 'look', arguments: '' } } as const
const called = (model: string, part: Parts[number]): BedrockChatRequest => ({
  model,
  tools: [{ type: 'function', function: { name: 'look' } }],
  messages: [
    { role: 'user', content: 'Look' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [lookCall],
    },
    { role: 'tool', tool_call_id: 'a', content: [part] as never },
  ],
})

/** The smallest of each kind. Each is refused here now, or said so that Bedrock takes it. */
export const onceDoomedCalls: readonly OnceDoomedCall[] = [
  { rule: 'images-unsupported', request: ask('bedrock/deepseek.v3-v1:0', picture) },
  { rule: 'documents-unsupported', request: ask('bedrock/deepseek.v3-v1:0', file()) },
  {
    rule: 'tools-unsupported',
    request: {
      ...ask('bedrock/meta.llama3-8b-instruct-v1:0'),
      tools: [{ type: 'function', function: { name: 'look' } }],
    },
  },
  { rule: 'document-count', request: ask(sonnet45, ...many(6, () => file())) },
  { rule: 'image-count', request: ask(sonnet45, ...many(101, () => picture)) },
  {
    rule: 'image-size',
    request: ask(sonnet45, {
      type: 'image_url',
      image_url: { url: `data:image/png;base64,${images.png.slice(0, 28)}${'A'.repeat(6_000_000)}` },
    }),
  },
  {
    rule: 'document-size',
    request: ask(sonnet45, { type: 'file', file: { file_data: `data:text/csv;base64,${'A'.repeat(8_000_000)}` } }),
  },
  { rule: 'tool-result-image', request: called('bedrock/mistral.mistral-large-3-675b-instruct', picture) },
  { rule: 'tool-result-document', request: called('bedrock/amazon.nova-lite-v1:0', file('application/pdf')) },
  { rule: 'max-tokens-maximum', request: { ...ask('bedrock/us.anthropic.claude-sonnet-4-6'), max_tokens: 128_000 } },
  {
    rule: 'strict-schema',
    request: {
      ...ask(sonnet45),
      tools: [strictTool('look', { type: 'object', properties: { child: { $ref: '#' } } })],
    },
  },
  {
    rule: 'strict-count',
    request: { ...ask(sonnet45), tools: many(21, at => strictTool(`look${at}`, { type: 'object', properties: {} })) },
  },
  ...[sonnet45, 'bedrock/us.openai.gpt-5.6-sol'].map(model => ({
    rule: 'blob-base64',
    request: {
      model,
      messages: [
        { role: 'user', content: 'Hello' },
        {
          role: 'assistant',
          content: 'Good day.',
          thinking_blocks: [{ type: 'redacted_thinking', data: 'no base64!' }],
        },
        { role: 'user', content: 'And now?' },
      ],
    } satisfies BedrockChatRequest,
  })),
  {
    // The turn that begins without its thought is made of two messages, of which the second has no calls.
    rule: 'thinking-turn-start',
    request: {
      ...called(sonnet45, { type: 'text', text: 'seen' }),
      reasoning_effort: 'medium',
      messages: [
        { role: 'user', content: 'Look' },
        { role: 'assistant', content: null, tool_calls: [lookCall] },
        { role: 'assistant', content: 'I looked.' },
      ],
    },
  },
  { rule: 'request-metadata', request: { ...ask(sonnet45), request_metadata: { team: 'a!b' } } },
]
