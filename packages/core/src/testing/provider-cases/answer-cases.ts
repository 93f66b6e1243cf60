import { strict as assert } from 'node:assert'
import { hasContent } from '../../stream/has-content.ts'
import { parseEvents } from '../../stream/sse.ts'
import type { ChatCompletionRequest } from '../../wire/chat-request.ts'
import type { ToolCall } from '../../wire/chat-tool.ts'
import type { RigCase } from './provider-case.ts'
import { turns } from './provider-case.ts'
import { complete, openStream, readStream, saying, sentence } from './rig-calls.ts'

const toolRequest = {
  messages: [{ role: 'user', content: 'get_weather in Paris' }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather in a city',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
} as const satisfies Partial<ChatCompletionRequest>

function assertToolCall(calls: readonly ToolCall[] | undefined, finishReason: string | null): void {
  assert.equal(finishReason, 'tool_calls', 'An answer that calls a tool finishes with tool_calls.')
  const [call] = calls ?? []
  assert.ok(call?.type === 'function', 'The answer calls the function that was offered.')
  assert.equal(call.function.name, 'get_weather')
  assert.ok(call.id, 'A tool call has an id, which its result will name.')
  const input: unknown = JSON.parse(call.function.arguments)
  assert.ok(
    typeof input === 'object' && input !== null && 'city' in input,
    'The arguments are the JSON that was asked for.',
  )
}

/** What a provider makes of an upstream that is well. */
export const answerCases: readonly RigCase[] = [
  {
    name: 'a completion comes whole, with its usage and its finish reason, and settles completed',
    async run(rig) {
      const { completion, outcome } = await complete(rig)
      const [choice] = completion.choices
      assert.equal(completion.object, 'chat.completion')
      assert.equal(choice?.message.role, 'assistant')
      assert.ok(choice.message.content?.includes(sentence), 'The answer holds what the upstream said.')
      assert.equal(choice.finish_reason, 'stop')
      const { usage } = completion
      assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 0, 'The answer tells its usage.')
      assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
      assert.equal(outcome.status, 'completed')
      assert.equal(outcome.usageSource, 'reported')
      assert.deepEqual(outcome.usage, usage)
      assert.equal(outcome.finishReason, 'stop')
      assert.ok(outcome.responseModel, 'The outcome tells the model that answered.')
      assert.equal(rig.upstream.requests(), 1, 'One call is one upstream request.')
    },
  },
  {
    name: 'a stream comes in batches of whole events, which say rightly where the content begins',
    async run(rig) {
      const { batches, chunks, error } = await readStream(await openStream(rig))
      assert.equal(error, undefined)
      for (const { bytes, frames } of batches) {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
        assert.ok(text.endsWith('\n\n'), 'A batch ends where an event ends.')
        assert.ok(!text.includes('[DONE]'), 'The end is told by the door and by no provider.')
        assert.deepEqual(parseEvents(bytes), frames, 'The bytes of a batch say what its frames say.')
      }
      const first = batches.findIndex(({ frames }) => frames.some(hasContent))
      const told = batches.findIndex(batch => batch.hasContent)
      assert.equal(told, first, 'hasContent is first true for the first batch with content.')
      assert.ok(chunks.filter(hasContent).length > 2, 'A streamed answer comes in several pieces.')
      assert.equal(new Set(chunks.map(({ id }) => id)).size, 1, 'All chunks of an answer have one id.')
      assert.equal(rig.upstream.requests(), 1, 'One call is one upstream request.')
    },
  },
  {
    name: 'a stream settles at its end and not before, as completed, with its usage',
    async run(rig) {
      const result = await openStream(rig, { stream_options: { include_usage: true } })
      let settled = false
      void result.settled.then(() => {
        settled = true
      })
      await turns()
      assert.equal(settled, false, 'A stream that nobody has read is not settled.')
      const { chunks, outcome } = await readStream(result)
      const last = chunks.at(-1)
      assert.deepEqual(last?.choices, [], 'Usage that is asked for comes in a last chunk without choices.')
      assert.ok(last?.usage && last.usage.completion_tokens > 0, 'The last chunk tells the usage.')
      assert.equal(outcome.status, 'completed')
      assert.equal(outcome.usageSource, 'reported')
      assert.deepEqual(outcome.usage, last.usage)
      assert.equal(outcome.finishReason, 'stop')
      assert.ok(outcome.firstFrameMs !== undefined, 'The outcome tells when the first content came.')
    },
  },
  {
    name: 'a stream that is not asked for its usage has no chunk that tells it',
    async run(rig) {
      const { chunks, outcome } = await readStream(await openStream(rig))
      assert.deepEqual(
        chunks.filter(({ choices, usage }) => usage || choices.length === 0),
        [],
      )
      assert.equal(outcome.status, 'completed')
    },
  },
  {
    name: 'a stream, put together, says what the completion says',
    async run(rig) {
      const whole = (await complete(rig)).completion.choices[0]
      const streamed = (await readStream(await openStream(rig))).completion.choices[0]
      assert.equal(streamed?.message.content, whole?.message.content)
      assert.equal(streamed?.message.role, whole?.message.role)
      assert.equal(streamed?.finish_reason, whole?.finish_reason)
    },
  },
  {
    name: 'a tool is called with arguments that parse, in a completion and in a stream',
    async run(rig) {
      const whole = (await complete(rig, toolRequest)).completion.choices[0]
      assertToolCall(whole?.message.tool_calls, whole?.finish_reason ?? null)
      const streamed = (await readStream(await openStream(rig, toolRequest))).completion.choices[0]
      assertToolCall(streamed?.message.tool_calls, streamed?.finish_reason ?? null)
    },
  },
  {
    name: 'a request field that nobody knows does not break the call',
    async run(rig) {
      const unknown: object = { a_field_of_tomorrow: { nested: [1, 'two'] } }
      assert.equal((await complete(rig, unknown)).completion.choices[0]?.finish_reason, 'stop')
      assert.equal((await readStream(await openStream(rig, unknown))).error, undefined)
    },
  },
  {
    name: 'two streams at once do not mix',
    async run(rig) {
      const texts = [`alpha ${sentence}`, `omega ${sentence}`]
      const results = await Promise.all(texts.map(text => openStream(rig, { messages: saying(text) })))
      const [alpha, omega] = await Promise.all(results.map(readStream))
      assert.match(alpha?.completion.choices[0]?.message.content ?? '', /alpha/)
      assert.match(omega?.completion.choices[0]?.message.content ?? '', /omega/)
      assert.doesNotMatch(alpha?.completion.choices[0]?.message.content ?? '', /omega/)
      assert.doesNotMatch(omega?.completion.choices[0]?.message.content ?? '', /alpha/)
      assert.equal(rig.upstream.requests(), 2)
    },
  },
  {
    name: 'the list of models, where there is one, holds the model',
    async run({ provider, chatModel }) {
      const models = await provider.models?.(new AbortController().signal)
      if (models)
        assert.ok(
          models.some(({ id }) => id === chatModel),
          `models() must list ${chatModel}.`,
        )
    },
  },
]
