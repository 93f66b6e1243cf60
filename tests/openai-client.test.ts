import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, type Front, openers } from './setup/fronts.ts'

/** One model a lane; the client names it and nothing else changes. */
const lanes = {
  Bedrock: { chat: 'anthropic.claude-3-sonnet-20240229-v1:0', embed: 'amazon.titan-embed-text-v2:0', dimensions: 1024 },
  OpenAI: { chat: 'gpt-4o-mini', embed: 'text-embedding-3-small', dimensions: 1536 },
} as const

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
} as const

describe.each(Object.entries(openers))('the official OpenAI client through %s', (_name, open) => {
  let front: Front
  let client: OpenAI
  beforeAll(async () => {
    front = await open()
    client = clientOf(front)
  })
  afterAll(() => front[Symbol.asyncDispose]())

  describe.each(Object.entries(lanes))('on a %s model', (_lane, { chat, embed, dimensions }) => {
    it('gets a whole answer with its usage', async () => {
      const completion = await client.chat.completions.create({
        model: chat,
        messages: [{ role: 'user', content: 'Say exactly: the door is open' }],
      })
      expect(completion.object).toBe('chat.completion')
      expect(completion.choices[0]).toMatchObject({
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: expect.stringContaining('the door is open') },
      })
      expect(completion.model).toContain(chat)
      const usage = completion.usage!
      expect(usage.prompt_tokens).toBeGreaterThan(0)
      expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
    })

    it('streams an answer, without a usage chunk it did not ask for', async () => {
      const chunks = await read(client, { model: chat, messages: [{ role: 'user', content: 'Count to 12' }] })
      expect(textOf(chunks)).toContain('12')
      expect(chunks.length).toBeGreaterThan(3)
      expect(chunks.filter(chunk => chunk.choices.length === 0)).toEqual([])
      expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    })

    it('streams an answer with its usage last, where it asks for it', async () => {
      const chunks = await read(client, {
        model: chat,
        messages: [{ role: 'user', content: 'Count to 5' }],
        stream_options: { include_usage: true },
      })
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
      expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0)
      expect(chunks.slice(0, -1).every(chunk => !chunk.usage)).toBe(true)
    })

    it.each([false, true])('calls a tool and answers from its result (streamed: %s)', async stream => {
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'get_weather in Paris please' }]
      const asked = await turn(client, { model: chat, messages, tools: [weather] }, stream)
      expect(asked.finish_reason).toBe('tool_calls')
      const [call] = asked.message.tool_calls!
      expect(call?.type === 'function' && call.function.name).toBe('get_weather')
      expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toHaveProperty('city')
      messages.push(asked.message, { role: 'tool', tool_call_id: call!.id, content: '{"sky":"violet"}' })
      const answered = await turn(client, { model: chat, messages, tools: [weather] }, stream)
      expect(answered.finish_reason).toBe('stop')
      expect(answered.message.content).toContain('violet')
    })

    it('embeds several texts, in order, alike as base64 and as floats', async () => {
      const input = ['alpha', 'beta', 'gamma']
      const decoded = await client.embeddings.create({ model: embed, input })
      const floats = await client.embeddings.create({ model: embed, input, encoding_format: 'float' })
      expect(decoded.data.map(({ index }) => index)).toEqual([0, 1, 2])
      expect(floats.data[0]?.embedding).toHaveLength(dimensions)
      for (const [index, { embedding }] of decoded.data.entries()) {
        expect(embedding).toHaveLength(dimensions)
        for (const [at, value] of embedding.entries()) {
          expect(value).toBeCloseTo(floats.data[index]!.embedding[at]!, 5)
        }
      }
      expect(decoded.data[0]?.embedding).not.toEqual(decoded.data[1]?.embedding)
      expect(floats.usage.prompt_tokens).toBeGreaterThan(0)
    })

    it('finds the model in the list and by its id', async () => {
      const ids: string[] = []
      for await (const model of client.models.list()) ids.push(model.id)
      expect(ids).toContain(chat)
      expect(new Set(ids).size).toBe(ids.length)
      expect(await client.models.retrieve(chat)).toMatchObject({ id: chat, object: 'model' })
    })
  })
})

async function read(client: OpenAI, body: OpenAI.ChatCompletionCreateParams): Promise<OpenAI.ChatCompletionChunk[]> {
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) chunks.push(chunk)
  return chunks
}

function textOf(chunks: readonly OpenAI.ChatCompletionChunk[]): string {
  return chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')
}

/** One turn, whole or streamed and put together by the client's own helper. */
async function turn(
  client: OpenAI,
  body: OpenAI.ChatCompletionCreateParamsNonStreaming,
  stream: boolean,
): Promise<OpenAI.ChatCompletion.Choice> {
  const completion = stream
    ? await client.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
    : await client.chat.completions.create(body)
  return completion.choices[0]!
}
