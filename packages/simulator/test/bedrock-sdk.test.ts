import {
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { describe, expect, it } from 'vitest'
import { bedrockClient, SONNET_45, userText, weatherTool } from './clients.ts'
import { fileSimulator } from './file-simulator.ts'

const simulator = await fileSimulator()

async function collect(stream: AsyncIterable<ConverseStreamOutput> | undefined): Promise<ConverseStreamOutput[]> {
  const events: ConverseStreamOutput[] = []
  for await (const event of stream ?? []) events.push(event)
  return events
}
const kinds = (events: readonly ConverseStreamOutput[]) => events.map(event => Object.keys(event)[0])
const textOf = (events: readonly ConverseStreamOutput[]) =>
  events.map(event => event.contentBlockDelta?.delta?.text ?? '').join('')

describe.each(['http1', 'http2'] as const)('the AWS SDK over %s', version => {
  it('converses', async () => {
    const client = bedrockClient(simulator, version)
    const answer = await client.send(
      new ConverseCommand({ modelId: SONNET_45, messages: [userText('Say exactly: hello there')] }),
    )
    client.destroy()
    expect(answer.output?.message).toEqual({ role: 'assistant', content: [{ text: 'hello there' }] })
    expect(answer.stopReason).toBe('end_turn')
    expect(answer.usage?.totalTokens).toBe((answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0))
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('streams what it converses', async () => {
    const client = bedrockClient(simulator, version)
    const answer = await client.send(
      new ConverseStreamCommand({ modelId: SONNET_45, messages: [userText('Count to 40')] }),
    )
    const events = await collect(answer.stream)
    client.destroy()
    expect(textOf(events)).toBe(Array.from({ length: 40 }, (_none, index) => index + 1).join(' '))
    expect(kinds(events)[0]).toBe('messageStart')
    expect(kinds(events).slice(-3)).toEqual(['contentBlockStop', 'messageStop', 'metadata'])
    expect(kinds(events)).not.toContain('contentBlockStart')
  })

  it('streams tool calls whose slices join to JSON', async () => {
    const client = bedrockClient(simulator, version)
    const answer = await client.send(
      new ConverseStreamCommand({
        modelId: SONNET_45,
        messages: [userText('What is the weather in both Paris and New York?')],
        toolConfig: { tools: [weatherTool] },
      }),
    )
    const events = await collect(answer.stream)
    client.destroy()
    const inputs = [0, 1].map(block =>
      events
        .filter(event => event.contentBlockDelta?.contentBlockIndex === block)
        .map(event => event.contentBlockDelta?.delta?.toolUse?.input)
        .join(''),
    )
    expect(inputs.map(input => JSON.parse(input) as unknown)).toEqual([{ city: 'Paris' }, { city: 'New York' }])
    expect(events.find(event => event.messageStop)?.messageStop?.stopReason).toBe('tool_use')
  })

  it('throws the modelled exception for a refusal', async () => {
    const client = bedrockClient(simulator, version)
    const sent = client.send(new ConverseCommand({ modelId: 'no.such-model', messages: [userText('hi')] }))
    await expect(sent).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The provided model identifier is invalid.',
    })
    client.destroy()
  })
})

describe('Converse', () => {
  const send = (input: ConstructorParameters<typeof ConverseCommand>[0]) =>
    bedrockClient(simulator).send(new ConverseCommand(input))

  it('cites a tool result', async () => {
    const answer = await send({
      modelId: SONNET_45,
      messages: [
        userText('Weather in Paris?'),
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 't1', name: 'get_weather', input: { city: 'Paris' } } }],
        },
        { role: 'user', content: [{ toolResult: { toolUseId: 't1', content: [{ text: '21 degrees' }] } }] },
      ],
      toolConfig: { tools: [weatherTool] },
    })
    expect(answer.output?.message?.content?.[0]?.text).toContain('get_weather answered: 21 degrees')
  })

  it('calls a tool that it is forced to call, though the prompt has nothing to do with it', async () => {
    const answer = await send({
      modelId: SONNET_45,
      messages: [userText('Tell me a joke')],
      toolConfig: { tools: [weatherTool], toolChoice: { tool: { name: 'get_weather' } } },
    })
    expect(answer.output?.message?.content?.[0]?.toolUse?.name).toBe('get_weather')
    expect(answer.stopReason).toBe('tool_use')
  })

  it('stops at max tokens and at stop sequences, and tells which one', async () => {
    const messages = [userText('Count to 50')]
    const short = await send({ modelId: SONNET_45, messages, inferenceConfig: { maxTokens: 3 } })
    expect(short).toMatchObject({ stopReason: 'max_tokens', usage: { outputTokens: 3 } })
    const stopped = await send({
      modelId: SONNET_45,
      messages,
      inferenceConfig: { stopSequences: [' 4'] },
      additionalModelResponseFieldPaths: ['/delta/stop_sequence'],
    })
    expect(stopped.output?.message?.content).toEqual([{ text: '1 2 3' }])
    expect(stopped.stopReason).toBe('stop_sequence')
    expect(stopped.additionalModelResponseFields).toEqual({ delta: { stop_sequence: ' 4' } })
  })

  it('answers a schema with an instance of it', async () => {
    const schema = {
      type: 'object',
      properties: { age: { type: 'integer' } },
      required: ['age'],
      additionalProperties: false,
    }
    const answer = await send({
      modelId: SONNET_45,
      messages: [userText('Ada is 36')],
      outputConfig: {
        textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } },
      },
    })
    expect(JSON.parse(answer.output?.message?.content?.[0]?.text ?? '')).toEqual({ age: 36 })
  })

  it('signs the reasoning of Claude and leaves that of others unsigned', async () => {
    const signed = await send({
      modelId: SONNET_45,
      messages: [userText('Think')],
      inferenceConfig: { maxTokens: 4000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    })
    expect(signed.output?.message?.content?.[0]?.reasoningContent?.reasoningText?.signature).toMatch(/^[\w+/=]{40,}$/)
    const unsigned = await send({ modelId: 'openai.gpt-oss-20b-1:0', messages: [userText('Think')] })
    const reasoning = unsigned.output?.message?.content?.[0]?.reasoningContent?.reasoningText
    expect(reasoning?.text).toMatch(/I will/)
    expect(reasoning?.signature).toBeUndefined()
  })

  it('writes a long cached prefix once and reads it from then on, leaving both out of inputTokens', async () => {
    const request = {
      modelId: SONNET_45,
      system: [{ text: 'word '.repeat(1500) }, { cachePoint: { type: 'default' as const } }],
      messages: [userText('Say exactly: ok')],
    }
    const first = (await send(request)).usage
    const second = (await send(request)).usage
    expect(first?.cacheWriteInputTokens).toBeGreaterThan(1024)
    expect(first?.cacheReadInputTokens).toBe(0)
    expect(second).toMatchObject({ cacheReadInputTokens: first?.cacheWriteInputTokens, cacheWriteInputTokens: 0 })
    expect(second?.totalTokens).toBe(
      (second?.inputTokens ?? 0) + (second?.cacheReadInputTokens ?? 0) + (second?.outputTokens ?? 0),
    )
  })

  it('takes profile ARNs, percent-encoded, and reports no cache counts for Llama', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6'
    await expect(send({ modelId: arn, messages: [userText('hi')] })).resolves.toMatchObject({ stopReason: 'end_turn' })
    await simulator.settled()
    expect(simulator.requests().at(-1)).toMatchObject({ model: arn, operation: 'converse', outcome: 'sent' })
    const llama = await send({ modelId: 'us.meta.llama3-3-70b-instruct-v1:0', messages: [userText('hi')] })
    expect(llama.usage?.cacheReadInputTokens).toBeUndefined()
  })
})

describe('InvokeModel', () => {
  it.each([
    ['amazon.titan-text-express-v1', { inputText: 'User: Say exactly: hi\nBot:' }, ['results', 0, 'outputText']],
    ['cohere.command-text-v14', { prompt: 'Say exactly: hi' }, ['generations', 0, 'text']],
    ['cohere.command-r-v1:0', { message: 'Say exactly: hi', chat_history: [] }, ['text']],
    [
      'amazon.nova-lite-v1:0',
      { messages: [{ role: 'user', content: [{ text: 'Say exactly: hi' }] }] },
      ['output', 'message', 'content', 0, 'text'],
    ],
    [
      'meta.llama3-8b-instruct-v1:0',
      { prompt: '<|start_header_id|>user<|end_header_id|>\n\nSay exactly: hi<|eot_id|>' },
      ['generation'],
    ],
    ['mistral.mistral-7b-instruct-v0:2', { prompt: '<s>[INST] Say exactly: hi [/INST]' }, ['outputs', 0, 'text']],
    [
      'ai21.jamba-1-5-mini-v1:0',
      { messages: [{ role: 'user', content: 'Say exactly: hi' }] },
      ['choices', 0, 'message', 'content'],
    ],
    [
      'anthropic.claude-3-haiku-20240307-v1:0',
      {
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Say exactly: hi' }],
      },
      ['content', 0, 'text'],
    ],
  ])('speaks the own body of %s', async (modelId, body, path) => {
    const client = bedrockClient(simulator)
    const answer = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }))
    const parsed: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'))
    expect(parsed).toHaveProperty(path, 'hi')
  })

  it('streams a native body in chunk events', async () => {
    const client = bedrockClient(simulator)
    const body = JSON.stringify({ inputText: 'Count to 9' })
    const answer = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: 'amazon.titan-text-lite-v1', body }),
    )
    const chunks: { outputText: string; 'amazon-bedrock-invocationMetrics'?: object }[] = []
    for await (const event of answer.body ?? [])
      chunks.push(JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString('utf8')))
    expect(chunks.map(chunk => chunk.outputText).join('')).toBe('1 2 3 4 5 6 7 8 9')
    expect(chunks.at(-1)?.['amazon-bedrock-invocationMetrics']).toMatchObject({ outputTokenCount: 9 })
  })

  it('names a member that is missing', async () => {
    const client = bedrockClient(simulator)
    const sent = client.send(new InvokeModelCommand({ modelId: 'cohere.command-text-v14', body: '{}' }))
    await expect(sent).rejects.toThrow('Malformed input request: #: required key [prompt] not found')
  })
})
