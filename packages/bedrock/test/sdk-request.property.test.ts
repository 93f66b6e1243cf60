import { Readable } from 'node:stream'
import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../src/models/models.ts'
import { toConverseRequest } from '../src/request/converse-request.ts'
import { createSdkRuntime } from '../src/upstream/sdk-runtime.ts'
import type { ConverseBody } from '../src/wire/converse-wire.ts'

/** Notes the body that the SDK wrote, and answers without a network. */
function aRecorder() {
  const bodies: unknown[] = []
  const requestHandler: BedrockRuntimeClientConfig['requestHandler'] = {
    handle({ body }: { body: Uint8Array }) {
      bodies.push(JSON.parse(new TextDecoder().decode(Uint8Array.from(body))))
      const answer = Readable.from([Buffer.from('{"output":{"message":{"content":[]}}}')])
      return Promise.resolve({ response: { statusCode: 200, headers: {}, body: answer } }) as Promise<never>
    },
  }
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  return { bodies, client: new BedrockRuntimeClient({ region: 'us-east-1', credentials, requestHandler }) }
}

const base64 = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes).toString('base64'))
const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true, maxKeys: 4 })
const text = fc.string({ unit: 'binary' })
const image = base64.map(bytes => ({ image: { format: 'png' as const, source: { bytes } } }))
const document = fc.record({ format: fc.constant('pdf' as const), name: text, source: fc.record({ bytes: base64 }) })
const points = [
  { cachePoint: { type: 'default' as const } },
  { cachePoint: { type: 'default' as const, ttl: '1h' as const } },
]
const block = fc.oneof(
  fc.record({ text }),
  image,
  document.map(value => ({ document: value })),
  fc.record({ toolUse: fc.record({ toolUseId: text, name: text, input: object }) }),
  fc.record({ toolResult: fc.record({ toolUseId: text, content: fc.array(fc.oneof(fc.record({ text }), image)) }) }),
  fc.record({ reasoningContent: fc.record({ reasoningText: fc.record({ text, signature: text }) }) }),
  fc.record({ reasoningContent: fc.record({ redactedContent: base64 }) }),
  fc.constantFrom(...points),
)
const body: fc.Arbitrary<ConverseBody> = fc.record(
  {
    messages: fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content: fc.array(block) })),
    system: fc.array(fc.oneof(fc.record({ text }), fc.constantFrom(...points))),
    inferenceConfig: fc.record({ maxTokens: fc.nat(), temperature: fc.double({ min: 0, max: 1, noNaN: true }) }),
    toolConfig: fc.record({
      tools: fc.array(
        fc.oneof(
          object.map(json => ({ toolSpec: { name: 'f', description: 'd', inputSchema: { json }, strict: true } })),
          fc.constant({ systemTool: { name: 'nova_grounding' } }),
          fc.constantFrom(...points),
        ),
      ),
      toolChoice: fc.constantFrom({ auto: {} }, { any: {} }, { tool: { name: 'f' } }),
    }),
    additionalModelRequestFields: object,
    additionalModelResponseFieldPaths: fc.array(text),
    outputConfig: fc.record({
      textFormat: fc.record({
        type: fc.constant('json_schema'),
        structure: fc.record({ jsonSchema: fc.record({ schema: text, name: text, description: text }) }),
      }),
    }),
    serviceTier: fc.constant({ type: 'flex' }),
    requestMetadata: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  },
  { requiredKeys: ['messages'] },
)

describe('the SDK writes every body', () => {
  it('as JSON does without it', async () => {
    const { bodies, client } = aRecorder()
    const runtime = createSdkRuntime(client)
    const { signal } = new AbortController()
    await fc.assert(
      fc.asyncProperty(body, async wire => {
        await runtime.converse({ model: 'amazon.nova-lite-v1:0', body: wire, signal })
        expect(bodies.pop()).toEqual(JSON.parse(JSON.stringify(wire)))
      }),
      { numRuns: 300 },
    )
  })

  it('without the marks that cache points were made from', async () => {
    const { bodies, client } = aRecorder()
    const cache_control = { type: 'ephemeral' } as const
    const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
    const { body: wire } = toConverseRequest(
      {
        model,
        messages: [
          { role: 'system', content: 's', cache_control },
          { role: 'user', content: 'u', cache_control },
        ],
        tools: [{ type: 'function', function: { name: 'f' }, cache_control }],
      },
      capabilitiesOf(model),
      new Set(),
    )
    await createSdkRuntime(client).converse({ model, body: wire, signal: new AbortController().signal })
    const point = { cachePoint: { type: 'default' } }
    expect(bodies).toEqual([
      {
        system: [{ text: 's' }, point],
        messages: [{ role: 'user', content: [{ text: 'u' }, point] }],
        toolConfig: {
          tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }, point],
        },
      },
    ])
  })
})
