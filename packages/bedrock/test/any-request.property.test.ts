import { createGateway, type Gateway, isGatewayError, type Transport } from '@modelgate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bedrock } from '../src/index.ts'
import { images } from './images.ts'

/** Bedrock as it would answer, so that a request goes all the way: envelope check, translation, JSON, signature. */
function aGateway(sent: string[]): Gateway {
  const encode = (value: object): Uint8Array => Buffer.from(JSON.stringify(value))
  const answer = encode({ output: { message: { content: [{ text: 'ok' }] } }, stopReason: 'end_turn' })
  const vectors = (texts: number): Uint8Array => encode({ embedding: [1], embeddings: Array(texts).fill([1]) })
  const transport: Transport = {
    send({ url, body }) {
      const text = Buffer.from(body ?? new Uint8Array()).toString()
      sent.push(text)
      const { texts } = JSON.parse(text) as { texts?: unknown[] }
      const reads = [url.pathname.endsWith('/invoke') ? vectors(texts?.length ?? 1) : answer]
      const next = (): Promise<IteratorResult<Uint8Array, undefined>> => {
        const value = reads.shift()
        return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
      }
      return Promise.resolve({ status: 200, headers: {}, body: { next } })
    },
    close: () => Promise.resolve(),
  }
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const baseModels = { 'arn:aws:bedrock:x:1:application-inference-profile/a': 'amazon.nova-lite-v1:0' }
  return createGateway({ providers: [bedrock({ transport, credentials, baseModels, region: 'us-east-1' })] })
}

const tool = (name: string) => ({
  type: 'function',
  function: {
    name,
    description: 'd',
    strict: true,
    parameters: {
      type: 'object',
      description: 'd',
      properties: {
        a: { type: 'integer', minimum: 1, description: 'd' },
        b: { type: ['array'], minItems: 2, items: {} },
      },
      $defs: { c: { anyOf: [{ type: 'number' }] } },
    },
  },
})
const call = { id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
const png = `data:image/png;base64,${images.png}`

const rich = {
  messages: [
    { role: 'system', content: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }] },
    { role: 'developer', content: 'd' },
    {
      role: 'user',
      name: 'n',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: png, detail: 'low' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QUJD' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'b' },
        { type: 'refusal', refusal: 'r' },
      ],
      refusal: 'no',
      reasoning_content: 'hm',
      thinking_blocks: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'redacted_thinking', data: 'QUJD' },
      ],
      audio: null,
      function_call: null,
      tool_calls: [call, { id: 'y', type: 'custom', custom: { name: 'c', input: 'i' } }],
    },
    { role: 'tool', tool_call_id: 'x', content: [{ type: 'text', text: '1' }] },
    { role: 'tool', tool_call_id: 'y', content: '2' },
    { role: 'user', content: 'go on', cache_control: { type: 'ephemeral' } },
  ],
  tools: [
    tool('f'),
    tool('g/h'),
    {
      type: 'custom',
      custom: {
        name: 'c',
        description: 'd',
        format: { type: 'grammar', grammar: { syntax: 'lark', definition: 's' } },
      },
    },
  ],
  n: 1,
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  parallel_tool_calls: false,
  response_format: {
    type: 'json_schema',
    json_schema: {
      name: 'n',
      description: 'd',
      strict: true,
      schema: {
        type: 'object',
        properties: { a: { $ref: '#/$defs/b' }, c: { enum: ['x'] } },
        $defs: { b: { anyOf: [{ type: 'number', minimum: 1 }] } },
      },
    },
  },
  max_completion_tokens: 5_000,
  stop: ['END'],
  temperature: 0.5,
  top_p: 0.5,
  top_k: 5,
  frequency_penalty: 0.1,
  seed: 1,
  logit_bias: { 1: 2 },
  modalities: ['text'],
  functions: [],
  reasoning_effort: 'high',
  thinking: null,
  service_tier: 'flex',
  metadata: { a: 'b' },
  stream_options: { include_usage: true },
  additional_model_request_fields: { inferenceConfig: { topK: 1 } },
  guardrail_config: { guardrailIdentifier: 'g' },
  guardrailConfig: null,
  performance_config: { latency: 'optimized' },
  request_metadata: { team: 'a' },
  additional_model_response_field_paths: ['/a'],
  safety_identifier: 's',
  prediction: null,
  prompt_caching: { system: true, messages: true, ttl: '1h' },
  prompt_cache_options: { mode: 'implicit', ttl: '30m' },
  unknown: { a: [1] },
}

/** The same of the API before tools. */
const old = {
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
    { role: 'function', name: 'f', content: '1' },
    { role: 'assistant', content: 'b', function_call: { name: 'g/h', arguments: '' } },
    { role: 'function', name: 'g/h', content: null },
  ],
  functions: [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }, { name: 'g/h' }],
  function_call: { name: 'f' },
}
const choices = [
  rich.tool_choice,
  { type: 'function', function: { name: 'f' } },
  { type: 'custom', custom: { name: 'c' } },
  'required',
]
const models = [
  'anthropic.claude-sonnet-4-5',
  'anthropic.claude-sonnet-4-6',
  'amazon.nova-2-lite-v1:0',
  'mistral.pixtral-large-2502-v1:0',
]

const deep = (levels: number, key?: string): string =>
  `${(key ? `{"${key}":` : '[').repeat(levels)}1${(key ? '}' : ']').repeat(levels)}`

/** What clients send by mistake, and what those who look for a crash send. All of it can stand in JSON. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1.5,
    1e308,
    true,
    false,
    '',
    ' ',
    'x',
    '\ud800',
    'constructor',
    '__proto__',
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    [null],
    [[]],
    [{}],
    ['x'],
    [5],
    { type: 'x' },
    { type: 'function' },
    { type: 'allowed_tools' },
  ),
  fc.constantFrom<unknown>({ type: 'file' }, { type: 'text' }, { type: 5 }, { name: null }, { url: 5 }, { length: -1 }),
  // String() of these throws.
  fc.constantFrom<unknown>({ toString: 1, valueOf: 1 }, [{ toString: null, valueOf: null }], { toJSON: 1 }),
  fc.constantFrom(
    'data:',
    'data:,',
    'data:constructor;base64,AAAA',
    'data:image/png;base64,%%',
    'data:text/plain,%E0%A4%A',
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

type Path = readonly (string | number)[]

/** Every place of a value: its members, theirs, and one beside them that is not there yet. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  const inner = steps.flatMap(step => pathsOf((value as Record<string | number, unknown>)[step], [...at, step]))
  return at.length === 0 ? inner : [at, ...inner]
}

function withValue(value: unknown, [step, ...rest]: Path, put: unknown): unknown {
  if (step === undefined) return put
  const copy: Record<string | number, unknown> = (Array.isArray(value) ? [...value] : { ...(value as object) }) as never
  copy[step] = withValue(copy[step], rest, put)
  return copy
}

/** Answers, or refuses in words. `internal` is what a crash becomes. */
async function outcomeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
    return 'answered'
  } catch (error) {
    if (!isGatewayError(error)) return `rejected: ${String(error instanceof Error ? error.stack : error)}`
    if (error.status >= 400 && error.status < 500) return 'refused'
    return `${error.status} ${error.message}: ${String(error.cause instanceof Error ? error.cause.stack : error.cause)}`
  }
}

const places = pathsOf(rich)
const changes = fc.array(fc.tuple(fc.constantFrom(...places), nasty), { minLength: 1, maxLength: 2 })

describe('whatever the envelope lets pass', () => {
  it('the rich request itself is answered, in each of its forms', async () => {
    const gateway = aGateway([])
    for (const model of models) {
      for (const tool_choice of choices) {
        await expect(gateway.chat({ ...rich, tool_choice, model: `bedrock/${model}` } as never)).resolves.toBeDefined()
      }
    }
  })

  it('is said to Bedrock or refused with a 4xx, as a chat', async () => {
    const sent: string[] = []
    const gateway = aGateway(sent)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...models),
        fc.constantFrom(...choices),
        changes,
        async (model, tool_choice, all) => {
          const base: unknown = { ...rich, tool_choice, model: `bedrock/${model}` }
          const request = all.reduce((value, [path, put]) => {
            // The first change may have taken away the place of the second.
            return reaches(value, path) ? withValue(value, path, put) : value
          }, base)
          expect(await outcomeOf(gateway.chat(request as never))).toMatch(/^(answered|refused)$/)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(sent.length).toBeGreaterThan(100)
    // NaN and the infinities become null in JSON; what the caller left null is left out.
    for (const body of sent) expect(JSON.parse(body)).not.toHaveProperty('inferenceConfig.maxTokens', null)
  })

  it('is said to Bedrock or refused with a 4xx, as a chat with functions', async () => {
    const sent: string[] = []
    const gateway = aGateway(sent)
    const change = fc.tuple(fc.constantFrom(...pathsOf(old)), nasty)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), change, async (model, [path, put]) => {
        const request = withValue({ ...old, model: `bedrock/${model}` }, path, put)
        expect(await outcomeOf(gateway.chat(request as never))).toMatch(/^(answered|refused)$/)
      }),
      { numRuns: 1_000 },
    )
    expect(sent.length).toBeGreaterThan(50)
  })

  it('is refused with a 4xx at every single place that is null, a number, a word, an array or an object', async () => {
    const gateway = aGateway([])
    for (const path of places) {
      for (const put of [null, 5, 'x', [], [null], {}, { toString: 1 }]) {
        for (const model of models.slice(0, 2)) {
          const request = withValue({ ...rich, model: `bedrock/${model}` }, path, put)
          expect(`${path.join('.')} ${await outcomeOf(gateway.chat(request as never))}`).toMatch(/(answered|refused)$/)
        }
      }
    }
  })

  it.each(['amazon.titan-embed-text-v2:0', 'cohere.embed-v4:0', 'cohere.embed-english-v3', 'constructor'])(
    'is said to %s or refused with a 4xx, as embeddings',
    async model => {
      const gateway = aGateway([])
      const members = ['input', 'dimensions', 'encoding_format', 'input_type', 'user', 'foo']
      const change = fc.tuple(fc.constantFrom(...members), nasty)
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 3 }), async all => {
          const request = {
            model: `bedrock/${model}`,
            input: ['a', 'b'],
            ...Object.fromEntries(all),
          }
          expect(await outcomeOf(gateway.embed(request as never))).toMatch(/^(answered|refused)$/)
        }),
        { numRuns: 300 },
      )
    },
  )
})

describe('what is nested deeper than JSON can be written again', () => {
  const open: readonly Path[] = [
    ['tools', 0, 'function', 'parameters', 'properties'],
    ['tools', 0, 'function', 'strict'],
    ['tool_choice', 'allowed_tools', 'tools'],
    ['messages', 3, 'thinking_blocks', 0, 'thinking'],
    ['messages', 3, 'refusal'],
    ['messages', 2, 'content', 2, 'file', 'filename'],
    ['additional_model_request_fields', 'a'],
    ['guardrail_config', 'a'],
    ['guardrailConfig'],
    ['performance_config', 'a'],
    ['request_metadata', 'a'],
    ['response_format', 'json_schema', 'schema'],
    ['response_format', 'json_schema', 'schema', 'properties', 'a'],
    ['thinking'],
    ['prompt_caching'],
    ['prompt_caching', 'system'],
    ['messages', 6, 'cache_control', 'ttl'],
    ['service_tier'],
    ['top_k'],
    ['unknown'],
  ]
  it.each(open.map(path => [path.join('.'), path] as const))('at %s is refused or dropped', async (_name, path) => {
    for (const text of [deep(20_000), deep(20_000, 'properties')]) {
      const request = withValue({ ...rich, model: `bedrock/${models[0]}` }, path, JSON.parse(text))
      expect(await outcomeOf(aGateway([]).chat(request as never))).toMatch(/^(answered|refused)$/)
    }
  })
})

function reaches(value: unknown, path: Path): boolean {
  if (path.length === 0) return true
  if (typeof value !== 'object' || value === null) return false
  const [step, ...rest] = path
  return reaches((value as Record<string | number, unknown>)[step as string], rest)
}
