import { type ChatCompletionRequest, createAccumulator } from '@modelgate/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aChat, aRig, chunksOf, completionOf, haiku, type Rig } from '../a-call.ts'

let rig: Rig
beforeAll(async () => {
  rig = await aRig({}, { chunking: 'random', seed: 4 })
})
afterAll(() => rig[Symbol.asyncDispose]())

const tools: NonNullable<ChatCompletionRequest['tools']> = [
  {
    type: 'function',
    function: {
      name: 'weather/look up',
      description: 'Looks up the weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
  { type: 'function', function: { name: 'now', description: 'Tells the time.' } },
]

const request: fc.Arbitrary<Partial<ChatCompletionRequest>> = fc.record(
  {
    model: fc.constantFrom(
      haiku,
      'us.anthropic.claude-sonnet-4-20250514-v1:0',
      'us.amazon.nova-lite-v1:0',
      // Takes tools on Converse alone: its stream is synthesised.
      'us.meta.llama3-1-70b-instruct-v1:0',
      'mistral.mistral-large-2402-v1:0',
    ),
    messages: fc
      .constantFrom(
        'Compare the weather in Paris and in Rome.',
        'Tell the time.',
        'Grüße an die 世界 🎉',
        'Think hard.',
      )
      .map(content => [{ role: 'user' as const, content }]),
    tools: fc.constant(tools),
    max_tokens: fc.constantFrom(3, 5_000),
    reasoning_effort: fc.constantFrom('low' as const, 'high' as const),
    stop: fc.constantFrom('the', 'zzz'),
  },
  { requiredKeys: ['model', 'messages'] },
)

/** What does not differ from one answer to the next: ids do. */
function gist({ choices, usage }: ReturnType<typeof completionOf>) {
  const [choice] = choices
  const calls = choice?.message.tool_calls?.map(call => ({ ...call, id: '*' }))
  return { finish: choice?.finish_reason, usage, message: { ...choice?.message, ...(calls && { tool_calls: calls }) } }
}

it('any stream of the simulator folds into the message, finish and usage of its answer that was not streamed', async () => {
  await fc.assert(
    fc.asyncProperty(request, async asked => {
      const whole = completionOf(await rig.chat(aChat(asked)))
      const streamed = await rig.chat(aChat({ ...asked, stream: true, stream_options: { include_usage: true } }))
      const accumulator = createAccumulator()
      for (const chunk of await chunksOf(streamed)) accumulator.add(chunk)
      expect(gist(accumulator.completion())).toEqual(gist(whole))
    }),
    { numRuns: 60 },
  )
})
