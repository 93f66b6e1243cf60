import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { demoKey } from './chat-over-http.ts'
import { type Running, runGateway } from './run-gateway.ts'

const Fair = z.object({
  name: z.string().describe('What it is called'),
  visitors: z.array(z.string()).min(1),
  day: z.number().int().min(1).max(31).nullable(),
})
const response_format = zodResponseFormat(Fair, 'fair')

/** How Bedrock is asked for the schema, and a model for each way. A model that is told in words is told what to say. */
const ways = [
  ['by the service', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'Ann goes to the fair'],
  ['by a tool', 'us.anthropic.claude-3-5-haiku-20241022-v1:0', 'Ann goes to the fair'],
  ['in words', 'meta.llama3-8b-instruct-v1:0', 'Say exactly: {"name":"fair","visitors":["Ann"],"day":null}'],
  [
    'in words, through a fence',
    'amazon.titan-text-express-v1',
    'Say exactly: ```json {"name":"fair","visitors":["Ann"],"day":null} ```',
  ],
] as const

describe('a zod schema, parsed by the official client', () => {
  let gateway: Running
  let client: OpenAI
  beforeAll(async () => {
    gateway = await runGateway()
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: demoKey, maxRetries: 0 })
  })
  afterAll(() => gateway[Symbol.asyncDispose]())

  it.each(ways)('is followed %s (%s)', async (_way, model, content) => {
    const asked = { model, messages: [{ role: 'user' as const, content }], response_format }
    const whole = await client.chat.completions.parse(asked)
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
    for (const { choices } of [whole, streamed]) {
      expect(choices).toHaveLength(1)
      expect(choices[0]?.finish_reason).toBe('stop')
      expect(choices[0]?.message.tool_calls ?? []).toEqual([])
      expect(Fair.parse(choices[0]?.message.parsed)).toEqual(whole.choices[0]?.message.parsed)
    }
  })

  it.each(ways.slice(0, 2))('is followed %s in each of several answers (%s)', async (_way, model, content) => {
    const asked = { model, n: 2, messages: [{ role: 'user' as const, content }], response_format }
    const whole = await client.chat.completions.parse(asked)
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
    for (const { choices } of [whole, streamed]) {
      expect(choices.map(({ message }) => Fair.safeParse(message.parsed).success)).toEqual([true, true])
    }
  })

  it.each(ways.slice(0, 2))('is followed %s behind the calls of a tool (%s)', async (_way, model) => {
    const cities: unknown[] = []
    const runner = client.chat.completions.runTools(
      {
        model,
        messages: [{ role: 'user', content: 'get_weather in Paris' }],
        response_format,
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'The weather in a city',
              parameters: { type: 'object', properties: { city: { type: 'string' } } },
              parse: (text: string) => JSON.parse(text) as { city: string },
              function(of: { city: string }) {
                cities.push(of.city)
                return 'violet'
              },
            },
          },
        ],
      },
      { maxChatCompletions: 3 },
    )
    expect(Fair.safeParse(JSON.parse((await runner.finalContent()) ?? '')).success).toBe(true)
    expect(cities).toEqual(['Paris'])
  })

  it('is followed while Claude thinks', async () => {
    const { choices } = await client.chat.completions.parse({
      model: ways[0][1],
      messages: [{ role: 'user', content: ways[0][2] }],
      reasoning_effort: 'low',
      response_format,
    })
    expect(choices[0]?.message).toMatchObject({ reasoning_content: expect.any(String) })
    expect(Fair.safeParse(choices[0]?.message.parsed).success).toBe(true)
  })
})
