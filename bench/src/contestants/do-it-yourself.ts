import http from 'node:http'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import OpenAI from 'openai'
import { serve } from '../machine/serve.ts'

/*
 * What a team writes that wants no gateway: `node:http` and the vendors' own clients, as their documents say, and for Bedrock the
 * least of a translation. No key, no limit, no cost, no second target; nobody notices when a client leaves.
 */

interface ChatRequest {
  readonly model: string
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  readonly temperature: number
  readonly max_tokens: number
  readonly stream?: boolean
}

const { UPSTREAM = '' } = process.env
const openai = new OpenAI({ apiKey: 'bench', baseURL: `${UPSTREAM}/v1` })
const bedrock = new BedrockRuntimeClient({
  region: 'us-east-1',
  endpoint: UPSTREAM,
  credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' },
  requestHandler: new NodeHttpHandler({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1024 }) }),
})

type Chunks = AsyncIterable<object>

async function askOpenAI({ model, ...request }: ChatRequest): Promise<object | Chunks> {
  const asked = { model, ...request, messages: [...request.messages] }
  return request.stream
    ? openai.chat.completions.create({ ...asked, stream: true })
    : openai.chat.completions.create({ ...asked, stream: false })
}

async function askBedrock(request: ChatRequest): Promise<object | Chunks> {
  const input = converseInput(request)
  if (request.stream) return chunksOf(await bedrock.send(new ConverseStreamCommand(input)), request.model)
  const { output, stopReason, usage } = await bedrock.send(new ConverseCommand(input))
  const content = output?.message?.content?.map(({ text }) => text ?? '').join('')
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: request.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content },
        finish_reason: stopReason === 'end_turn' ? 'stop' : 'length',
      },
    ],
    usage: {
      prompt_tokens: usage?.inputTokens,
      completion_tokens: usage?.outputTokens,
      total_tokens: usage?.totalTokens,
    },
  }
}

function converseInput({ model, messages, temperature, max_tokens: maxTokens }: ChatRequest): ConverseCommandInput {
  return {
    modelId: model,
    system: messages.filter(({ role }) => role === 'system').map(({ content }) => ({ text: content })),
    messages: messages.flatMap(({ role, content }) =>
      role === 'system' ? [] : [{ role, content: [{ text: content }] }],
    ),
    inferenceConfig: { temperature, maxTokens },
  }
}

async function* chunksOf({ stream }: { readonly stream?: Chunks | undefined }, model: string): Chunks {
  const created = Math.floor(Date.now() / 1_000)
  const chunk = (delta: object, finish: string | null): object => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  for await (const event of (stream ?? []) as AsyncIterable<{
    contentBlockDelta?: { delta?: { text?: string } }
    messageStop?: object
  }>) {
    const text = event.contentBlockDelta?.delta?.text
    if (text !== undefined) yield chunk({ content: text }, null)
    if (event.messageStop) yield chunk({}, 'stop')
  }
}

const server = http.createServer((request, response) => {
  const reads: Buffer[] = []
  request.on('data', (read: Buffer) => reads.push(read))
  request.on('end', () => void answer(Buffer.concat(reads).toString(), response))
})

async function answer(body: string, response: http.ServerResponse): Promise<void> {
  const request = JSON.parse(body) as ChatRequest
  const [lane, ...model] = request.model.split('/')
  const asked = await (lane === 'openai' ? askOpenAI : askBedrock)({ ...request, model: model.join('/') })
  if (!(Symbol.asyncIterator in asked)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(asked))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for await (const chunk of asked) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  response.end('data: [DONE]\n\n')
}

serve(server)
