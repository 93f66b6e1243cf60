import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { type BedrockBatchesOptions, bedrockBatches } from '@modelgate/bedrock/batch'
import {
  apiKeys,
  type CallReport,
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryKeyStore,
} from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { type Simulator, type SimulatorOptions, startSimulator } from '@modelgate/simulator'
import OpenAI, { toFile } from 'openai'

export const model = 'us.amazon.nova-lite-v1:0'
export const bucket = 'batches'
export const roleArn = 'arn:aws:iam::123456789012:role/batches'

/** A gateway over a simulator, both on sockets of their own, and OpenAI's client for each of two tenants. */
export interface BatchRig extends AsyncDisposable {
  readonly gateway: Gateway
  readonly url: string
  readonly ann: OpenAI
  readonly bob: OpenAI
  /** Of Ann's tenant, with a key that may use one route. */
  readonly amy: OpenAI
  readonly reports: CallReport[]
  readonly errors: unknown[]
}

export interface RigOptions {
  /** Perhaps in another process. */
  readonly simulator: Pick<Simulator, 'url' | 'credential'>
  readonly batches?: Partial<BedrockBatchesOptions>
  readonly gateway?: Partial<GatewayOptions>
  readonly simulated?: SimulatorOptions
}

const keys = [
  { key: 'key-of-ann', apiKeyId: 'k1', userId: 'ann', tenant: 'a', tier: 'enterprise' },
  { key: 'key-of-amy', apiKeyId: 'k3', userId: 'amy', tenant: 'a', tier: 'enterprise', allowedRoutes: ['other'] },
  { key: 'key-of-bob', apiKeyId: 'k2', userId: 'bob', tenant: 'b', tier: 'enterprise', allowedRoutes: ['bulk'] },
]

/** A rig with a simulator of its own. */
export async function startSimulatedRig(
  options: Omit<RigOptions, 'simulator'> = {},
): Promise<BatchRig & { readonly simulator: Simulator }> {
  const simulator = await startSimulator(options.simulated)
  const rig = await startBatchRig({ ...options, simulator })
  return {
    ...rig,
    simulator,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      await simulator.close()
    },
  }
}

export async function startBatchRig({ simulator, ...options }: RigOptions): Promise<BatchRig> {
  const place = { region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }
  const reports: CallReport[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    providers: [bedrock(place)],
    routes: { bulk: [`bedrock/${model}`] },
    exposeModels: 'all',
    auth: apiKeys(memoryKeyStore(keys)),
    onReport: report => reports.push(report),
    onError: error => errors.push(error),
    batches: { providers: [bedrockBatches({ ...place, bucket, roleArn, ...options.batches })] },
    ...options.gateway,
  })
  const server = createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 })
  return {
    gateway,
    url,
    ann: clientOf('key-of-ann'),
    bob: clientOf('key-of-bob'),
    amy: clientOf('key-of-amy'),
    reports,
    errors,
    async [Symbol.asyncDispose]() {
      await gateway.close({ graceMs: 500 })
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** One line of a file, which asks for the words to be said. */
export function line(customId: string, text: string, body: object = {}): string {
  const messages = [{ role: 'user', content: text }]
  return JSON.stringify({
    custom_id: customId,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, messages, ...body },
  })
}

/** So many lines, each of which asks for its own number. */
export function numbered(
  count: number,
  textOf: (index: number) => string = index => `Say exactly: ${index}`,
): string[] {
  return Array.from({ length: count }, (_, index) => line(`request-${index}`, textOf(index)))
}

export async function upload(client: OpenAI, lines: readonly string[], filename = 'batch.jsonl') {
  return client.files.create({ file: await toFile(Buffer.from(`${lines.join('\n')}\n`), filename), purpose: 'batch' })
}

export async function startBatch(client: OpenAI, lines: readonly string[]) {
  const { id } = await upload(client, lines)
  return client.batches.create({ input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' })
}

const ended = new Set(['completed', 'failed', 'expired', 'cancelled'])

/** Looks until a batch has ended; the states that it was seen in. */
export async function untilEnded(client: OpenAI, id: string, pauseMs = 0) {
  const states: string[] = []
  for (let looks = 0; looks < 400; looks += 1) {
    const batch = await client.batches.retrieve(id)
    if (states.at(-1) !== batch.status) states.push(batch.status)
    if (ended.has(batch.status)) return { batch, states }
    if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
  throw new Error(`The batch did not end: ${states.join(', ')}`)
}

/** A line of an output or error file, as far as tests look at it. */
export interface ResultLine {
  readonly id: string
  readonly custom_id: string
  readonly response: { readonly status_code: number; readonly request_id: string; readonly body: ResultBody } | null
  readonly error: { readonly code: string; readonly message: string } | null
}

interface ResultBody {
  readonly model?: string
  readonly choices?: { readonly message: { readonly content: string; readonly tool_calls?: unknown[] } }[]
  readonly usage?: { readonly total_tokens: number }
  readonly error?: { readonly code: string; readonly message: string }
}

export async function linesOf(client: OpenAI, fileId: string | undefined): Promise<Map<string, ResultLine>> {
  if (fileId === undefined) return new Map()
  const text = await (await client.files.content(fileId)).text()
  const lines = text.trim().split('\n')
  return new Map(
    lines.map(each => {
      const result = JSON.parse(each) as ResultLine
      return [result.custom_id, result]
    }),
  )
}

export function saidIn(result: ResultLine | undefined): string | undefined {
  return result?.response?.body.choices?.[0]?.message.content
}
