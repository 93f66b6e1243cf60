import { readFileSync } from 'node:fs'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import { describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import { arrayOf, type JsonObject, objectOf, pick, stringOf } from '../src/json.ts'
import { SONNET_45, userText, weatherTool } from './clients.ts'
import { framesOf } from './event-stream.ts'

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const NOVA_2 = 'us.amazon.nova-2-lite-v1:0'
const GPT_OSS = 'openai.gpt-oss-20b-1:0'
const say = (text: string, rest: object = {}) => ({ messages: [userText(text)], ...rest })

/** The answer of a simulator that has answered nothing before, so that ids are the same however it is asked. */
async function asked(model: string, operation: string, body: object): Promise<Buffer> {
  await using simulator = await startSimulator()
  const url = `${simulator.url}/model/${encodeURIComponent(model)}/${operation}`
  const headers = { authorization: `Bearer ${simulator.bearerToken}`, 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.status, bytes.toString()).toBe(200)
  return bytes
}

const whole = async (model: string, body: object) =>
  objectOf(JSON.parse((await asked(model, 'converse', body)).toString()))

const streamed = async (model: string, body: object) =>
  framesOf(await asked(model, 'converse-stream', body)).map(frame => {
    const { headers, body: payload } = codec.decode(frame)
    const { p: _filler, ...event } = objectOf(JSON.parse(toUtf8(payload)))
    return { type: headers[':event-type']?.value, event }
  })

/** A stream told as the answer it would be whole. */
function folded(events: Awaited<ReturnType<typeof streamed>>): JsonObject {
  const blocks: Record<number, JsonObject[]> = {}
  const after: JsonObject = Object.assign(
    {},
    ...events.filter(({ type }) => type === 'messageStop' || type === 'metadata').map(({ event }) => event),
  )
  for (const { event } of events) {
    if (typeof event.contentBlockIndex !== 'number') continue
    const part = objectOf(event.start ?? event.delta)
    if (Object.keys(part).length === 0) continue
    blocks[event.contentBlockIndex] = [...(blocks[event.contentBlockIndex] ?? []), part]
  }
  const content = Object.values(blocks).flatMap(parts => {
    const block = foldedBlock(parts)
    return block.text === '' ? [] : [block]
  })
  return { output: { message: { role: 'assistant', content } }, ...after }
}

function foldedBlock(parts: readonly JsonObject[]): JsonObject {
  const joined = (...path: string[]) => parts.map(part => stringOf(pick(part, ...path)) ?? '').join('')
  const [first] = parts
  const start = pick(first, 'toolUse')
  if (start)
    return { toolUse: { ...objectOf(start), input: JSON.parse(joined('toolUse', 'input') || '{}') as unknown } }
  if (pick(first, 'toolResult')) {
    return { toolResult: { ...objectOf(pick(first, 'toolResult')), content: arrayOf(pick(parts[1], 'toolResult')) } }
  }
  const redactedContent = joined('reasoningContent', 'redactedContent')
  if (redactedContent) return { reasoningContent: { redactedContent } }
  if (pick(first, 'reasoningContent')) {
    const signature = joined('reasoningContent', 'signature')
    const text = joined('reasoningContent', 'text')
    return { reasoningContent: { reasoningText: { text, ...(signature && { signature }) } } }
  }
  const citations = parts.flatMap(part => part.citation ?? [])
  const text = joined('text')
  return citations.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations } }
}

const thinking = {
  inferenceConfig: { maxTokens: 4000 },
  additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
}
const guardrailConfig = { guardrailIdentifier: 'gr1', guardrailVersion: '1', trace: 'enabled' }
const cited = {
  messages: [
    {
      role: 'user',
      content: [
        { text: 'Say exactly: as it says' },
        { document: { name: 'report', format: 'txt', source: { text: 'A fact.' }, citations: { enabled: true } } },
      ],
    },
  ],
}
const grounding = { toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } }
const tools = { toolConfig: { tools: [weatherTool] } }
const weather = 'Weather in Paris, use get_weather'

const cases: Readonly<Record<string, readonly [model: string, body: object]>> = {
  'plain words': [SONNET_45, say('Say exactly: hi')],
  'reasoning with its signature': [SONNET_45, say('Say exactly: hi', thinking)],
  'reasoning, some of it encrypted': [SONNET_45, say('Say exactly: hi #redacted', thinking)],
  'reasoning that is all encrypted': ['us.openai.gpt-5.6-sol', say('Say exactly: hi')],
  'unsigned reasoning': [GPT_OSS, say('Say exactly: hi')],
  'a call': [SONNET_45, say(weather, tools)],
  'words before a call': [SONNET_45, say(`${weather} #preamble`, tools)],
  'a call without an id': [SONNET_45, say(`${weather} #no-id`, tools)],
  'a call that ends the turn': [SONNET_45, say(`${weather} #stop:end_turn`, tools)],
  'calls whose frames are mixed': [
    SONNET_45,
    say('Compare both: get_weather Paris and Rome #preamble #interleave', tools),
  ],
  'a document that is cited': [SONNET_45, cited],
  'a search of the web': [NOVA_2, say('Say exactly: found #search', grounding)],
  'a guardrail that spoke': [SONNET_45, say('Say exactly: hi #guardrail', { guardrailConfig })],
  'output that came out wrong': [SONNET_45, say('Say exactly: {"a": #stop:malformed_model_output')],
}

it('the words that ask for an answer stand in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const named = Array.from(readme.matchAll(/^\| `#([a-z-]+)/gm), ([, name]) => name)
  const prompts = Object.values(cases).map(([, body]) => JSON.stringify(body))
  expect(named).toHaveLength(7)
  for (const name of named)
    expect(
      prompts.some(prompt => prompt.includes(`#${name}`)),
      name,
    ).toBe(true)
})

describe('an answer', () => {
  it.each(Object.entries(cases))('of %s is the same, whole and streamed', async (_what, [model, body]) => {
    expect(folded(await streamed(model, body))).toEqual(await whole(model, body))
  })

  const contentOf = async (name: string) => {
    const [model, body] = cases[name]!
    return pick(await whole(model, body), 'output', 'message', 'content')
  }

  it('has the encrypted thought behind the open one, or alone', async () => {
    const redacted = { reasoningContent: { redactedContent: expect.stringMatching(/^[\w+/]+=*$/) as string } }
    expect(await contentOf('reasoning, some of it encrypted')).toEqual([
      {
        reasoningContent: {
          reasoningText: { text: expect.any(String) as string, signature: expect.any(String) as string },
        },
      },
      redacted,
      { text: 'hi' },
    ])
    expect(await contentOf('reasoning that is all encrypted')).toEqual([redacted, { text: 'hi' }])
  })

  it('cites the document, or the page that Bedrock found itself', async () => {
    expect(await contentOf('a document that is cited')).toEqual([
      {
        citationsContent: {
          content: [{ text: 'as it says' }],
          citations: [expect.objectContaining({ title: 'report', sourceContent: [{ text: 'A fact.' }] })],
        },
      },
    ])
    expect(await contentOf('a search of the web')).toEqual([
      { toolUse: expect.objectContaining({ name: 'nova_grounding', type: 'server_tool_use' }) },
      { toolResult: expect.objectContaining({ status: 'success', type: 'server_tool_use' }) },
      {
        citationsContent: {
          content: [{ text: 'found' }],
          citations: [
            expect.objectContaining({ location: { web: { url: 'https://example.com/page', domain: 'example.com' } } }),
          ],
        },
      },
    ])
  })

  it('ends as it is told', async () => {
    const answer = await whole(SONNET_45, say(`${weather} #stop:end_turn`, tools))
    expect(answer.stopReason).toBe('end_turn')
    expect(await contentOf('a call that ends the turn')).toEqual([
      { toolUse: expect.objectContaining({ name: 'get_weather' }) },
    ])
    expect((await whole(SONNET_45, say('hi #stop:of_the_future'))).stopReason).toBe('of_the_future')
  })
})

describe('a guardrail', () => {
  it('speaks in place of the model and tells what it found', async () => {
    const answer = await whole(SONNET_45, say('Say exactly: hi #guardrail', { guardrailConfig }))
    expect(answer).toMatchObject({
      output: { message: { content: [{ text: 'Sorry, the model cannot answer this question.' }] } },
      stopReason: 'guardrail_intervened',
      trace: { guardrail: { actionReason: 'Guardrail blocked.', inputAssessment: { gr1: expect.any(Object) } } },
    })
  })

  it('tells nothing when it is not asked to, and lets the prompt pass where there is none', async () => {
    const { trace: _trace, ...quiet } = guardrailConfig
    expect(await whole(SONNET_45, say('hi #guardrail', { guardrailConfig: quiet }))).not.toHaveProperty('trace')
    expect(await whole(SONNET_45, say('Say exactly: hi #guardrail'))).toMatchObject({
      output: { message: { content: [{ text: 'hi' }] } },
      stopReason: 'end_turn',
    })
  })

  it('comes too late for the first words where it looks while they stream', async () => {
    const body = say('hi #guardrail', { guardrailConfig: { ...guardrailConfig, streamProcessingMode: 'async' } })
    const texts = (await streamed(SONNET_45, body)).flatMap(({ event }) => pick(event, 'delta', 'text') ?? [])
    expect(texts).toEqual(['Well, ', 'Sorry, the model cannot answer this question.'])
  })
})

describe('a stream', () => {
  it('opens with an empty text from gpt-oss', async () => {
    const deltas = (await streamed(GPT_OSS, say('hi'))).flatMap(({ event }) => (event.delta ? [event] : []))
    expect(deltas[0]).toEqual({ contentBlockIndex: 0, delta: { text: '' } })
    expect(deltas[1]).toMatchObject({ contentBlockIndex: 1, delta: { reasoningContent: {} } })
  })

  it('mixes the frames of its blocks where it is asked to', async () => {
    const [model, body] = cases['calls whose frames are mixed']!
    const order = (await streamed(model, body)).flatMap(({ event }) => event.contentBlockIndex ?? [])
    expect(order.slice(0, 4)).toEqual([0, 1, 2, 0])
  })
})

describe('a schema', () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'array', items: { type: 'integer' } } },
    required: ['city', 'days'],
    additionalProperties: false,
  }
  const jsonSchema = { name: 'plan', schema: JSON.stringify(schema) }
  const outputConfig = { textFormat: { type: 'json_schema', structure: { jsonSchema } } }

  it('is obeyed, by the answer and by a forced call', async () => {
    const answer = await whole(SONNET_45, say('Three days in Paris', { outputConfig }))
    const text = pick(answer, 'output', 'message', 'content', 0, 'text')
    const plan = { city: expect.any(String) as string, days: [expect.any(Number) as number] }
    expect(JSON.parse(String(text))).toEqual(plan)
    const toolConfig = {
      tools: [{ toolSpec: { name: 'plan', inputSchema: { json: schema } } }],
      toolChoice: { tool: { name: 'plan' } },
    }
    const forced = await whole(SONNET_45, say('Three days in Paris', { toolConfig }))
    expect(pick(forced, 'output', 'message', 'content', 0, 'toolUse', 'input')).toEqual(plan)
  })

  it('is taken and ignored by gpt-oss', async () => {
    const answer = await whole(GPT_OSS, say('Say exactly: no JSON', { outputConfig }))
    expect(pick(answer, 'output', 'message', 'content', 1)).toEqual({ text: 'no JSON' })
  })
})

describe('what is written to the cache', () => {
  const long = { text: 'word '.repeat(1500) }
  const point = (ttl?: string) => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } })
  const detailsOf = async (...system: object[]) =>
    pick(await whole(SONNET_45, say('hi', { system })), 'usage', 'cacheDetails')

  it('is told by how long it stays', async () => {
    const [fiveMinutes, hour] = [
      { ttl: '5m', inputTokens: expect.any(Number) as number },
      { ttl: '1h', inputTokens: expect.any(Number) as number },
    ]
    expect(await detailsOf(long, point())).toEqual([fiveMinutes])
    expect(await detailsOf(long, point('1h'))).toEqual([hour])
    expect(await detailsOf(long, point('1h'), long, point('5m'))).toEqual([hour, fiveMinutes])
  })
})
