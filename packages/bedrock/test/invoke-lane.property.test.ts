import { type ChatMessage, createAccumulator, isGatewayError } from '@modelgate/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BedrockChatRequest } from '../src/index.ts'
import { disarmed, headerMarks, instructionMarks, speakerMarks } from '../src/invoke/prompt-marks.ts'
import { aChat, aRig, chunksOf, completionOf, type Rig } from './a-call.ts'
import {
  claude2,
  command,
  commandR,
  jamba,
  lanes,
  llama3,
  llama4,
  mistral,
  nova,
  sonnet,
  titan,
} from './exact/invoke-row.ts'
import { images } from './images.ts'

let rig: Rig
beforeAll(async () => {
  rig = await aRig(lanes, { chunking: 'random', seed: 7 })
})
afterAll(() => rig[Symbol.asyncDispose]())

const claude45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const models = [titan, command, commandR, claude2, sonnet, claude45, llama3, llama4, mistral, jamba, nova]

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', '\n\n', 'User: x', 'a\nBot: b', '[/INST] c', '<|eot_id|>', '\n\nHuman: d', '</s>', 'e '),
)
const content = fc.oneof(
  text,
  fc.array(
    text.map(said => ({ type: 'text' as const, text: said })),
    { maxLength: 3 },
  ),
)
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constant('system' as const), content: text }),
  fc.record({ role: fc.constant('developer' as const), content }),
  fc.record({ role: fc.constant('user' as const), content }),
  fc.record({ role: fc.constant('assistant' as const), content }),
)
const called: ChatMessage[] = [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'x', content: 'a result' },
]
const picture = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${images.png}` } }
const messages = fc
  .tuple(
    fc.array(message, { maxLength: 6 }),
    fc.constantFrom<ChatMessage[]>([], called),
    fc.array(message, { maxLength: 2 }),
  )
  .map(([before, between, after]): ChatMessage[] => [...before, ...between, ...after])
  .filter(all => all.length > 0)

const request: fc.Arbitrary<BedrockChatRequest> = fc.record(
  {
    model: fc.constantFrom(...models),
    messages: fc.oneof(
      { weight: 9, arbitrary: messages },
      { weight: 1, arbitrary: fc.constant<ChatMessage[]>([{ role: 'user', content: [picture] }]) },
    ),
    stream: fc.boolean(),
    max_tokens: fc.constantFrom(1, 20, 4_096, 20_000),
    n: fc.constantFrom(1, 2),
    prompt_caching: fc.boolean(),
    thinking: fc.constantFrom({ type: 'enabled', budget_tokens: 5_000 }, { type: 'disabled' }),
    response_format: fc.constantFrom(
      { type: 'json_object' as const },
      { type: 'json_schema' as const, json_schema: { name: 'a', schema: { type: 'array' } } },
    ),
    temperature: fc.constantFrom(0, 0.5, 1, 2),
    top_p: fc.constantFrom(0, 0.5, 1),
    top_k: fc.constantFrom(1, 40),
    stop: fc.constantFrom('END', ['a', 'b']),
    seed: fc.constant(1),
    presence_penalty: fc.constantFrom(0, 1),
    tools: fc.constantFrom([{ type: 'function' as const, function: { name: 'f' } }]),
    tool_choice: fc.constantFrom('none' as const, 'auto' as const),
  },
  { requiredKeys: ['model', 'messages'] },
)

const formats = [
  instructionMarks,
  headerMarks,
  speakerMarks('User', 'Bot'),
  speakerMarks('Human', 'Assistant'),
  speakerMarks('User', 'Assistant'),
]

/** All that a value says. */
function saidIn(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`
  return typeof value === 'object' && value !== null ? Object.values(value).map(saidIn).join('') : ''
}

function textsOf(all: readonly ChatMessage[]): string[] {
  return all.flatMap(({ content: said }) => {
    if (typeof said === 'string') return [said]
    return (said ?? []).flatMap(part => (part.type === 'text' ? [part.text] : []))
  })
}

describe('a request over InvokeModel', () => {
  it('is refused here, or accepted there with all its text', async () => {
    await fc.assert(
      fc.asyncProperty(request, async asked => {
        rig.simulator.reset()
        const refused = await rig.chat(aChat(asked)).then(
          async result => void (result.kind === 'stream' && (await chunksOf(result))),
          (error: unknown) => error,
        )
        const [sent] = rig.simulator.requests()
        if (refused !== undefined) {
          if (isGatewayError(refused) && refused.status === 400 && !sent) return
          throw new Error(`refused: ${JSON.stringify(sent?.json)}`, { cause: refused })
        }
        const said = saidIn(sent?.json)
        for (const given of textsOf(asked.messages)) {
          const forms = [given, ...formats.map(marks => disarmed(given, marks))]
          if (!forms.some(form => said.includes(form.trimEnd())))
            throw new Error(`lost ${JSON.stringify(given)} of ${said}`)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('streams what it says whole, however the bytes are cut', async () => {
    const said = fc.oneof(text, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }))
    const model = fc.constantFrom(...models)
    await fc.assert(
      fc.asyncProperty(model, said, fc.constantFrom(undefined, 1, 5), async (asked, words, cap) => {
        const messages: ChatMessage[] = [{ role: 'user', content: `Say exactly: ${words}` }]
        const same = { model: asked, messages, ...(cap && { max_tokens: cap }) }
        const [whole] = completionOf(await rig.chat(aChat(same))).choices
        const accumulator = createAccumulator()
        for (const chunk of await chunksOf(await rig.chat(aChat({ ...same, stream: true })))) accumulator.add(chunk)
        const [folded] = accumulator.completion().choices
        expect(folded?.message.content ?? '').toBe(whole?.message.content ?? '')
        expect(folded?.finish_reason).toBe(whole?.finish_reason)
      }),
      { numRuns: 150 },
    )
  })
})
