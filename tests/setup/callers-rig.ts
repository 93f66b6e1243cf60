import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import {
  apiKeys,
  type CallReport,
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryKeyStore,
  type Provider,
  type RequestRecord,
} from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { openai } from '@modelgate/openai'
import { type Simulator, type SimulatorCredential, startSimulator } from '@modelgate/simulator'

export const gatewayKey = 'sk-of-the-gateway'
export const sonnet = 'anthropic.claude-3-sonnet-20240229-v1:0'

/** Two callers with accounts of their own, one of them with a session. */
export const ann = { accessKeyId: 'AKIAOFANN00000000001', secretAccessKey: 'anns/secret+key', region: 'us-east-1' }
export const bob = {
  accessKeyId: 'ASIAOFBOB00000000002',
  secretAccessKey: 'bobs/secret+key',
  sessionToken: 'bobs/session+token==',
  region: 'eu-west-1',
}

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly region?: string
}

/** What a caller sends with its request. */
export function awsHeaders({ accessKeyId, secretAccessKey, sessionToken, region }: Keys): Record<string, string> {
  return {
    'x-provider': 'bedrock',
    'x-aws-access-key-id': accessKeyId,
    'x-aws-secret-access-key': secretAccessKey,
    ...(sessionToken && { 'x-aws-session-token': sessionToken }),
    ...(region && { 'x-aws-region': region }),
  }
}

export interface CallersRig extends AsyncDisposable {
  readonly simulator: Simulator
  readonly gateway: Gateway
  readonly url: string
  readonly reports: CallReport[]
  readonly records: RequestRecord[]
  readonly errors: unknown[]
  ask(headers: Record<string, string>, body?: object, path?: string): Promise<Response>
}

type Options = Partial<Omit<GatewayOptions, 'providers' | 'routes'>> & {
  readonly more?: (simulator: Simulator) => readonly Provider[]
  readonly routes?: Readonly<Record<string, readonly `${string}/${string}`[]>>
  readonly credentials?: readonly SimulatorCredential[]
}

/** A gateway over HTTP before a simulator that knows its key and those of both callers. */
export async function callersRig({ more = () => [], credentials = [], ...options }: Options = {}): Promise<CallersRig> {
  const own = { accessKeyId: 'AKIAOFTHEGATEWAY0000', secretAccessKey: 'gateways/secret' }
  const simulator = await startSimulator({ credentials: [own, ann, bob, ...credentials] })
  const reports: CallReport[] = []
  const records: RequestRecord[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-west-2', credentials: own }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      ...more(simulator),
    ],
    auth: apiKeys(memoryKeyStore([{ key: gatewayKey, userId: 'team' }])),
    onReport: report => void reports.push(report),
    requestLog: { write: record => void records.push(record), flush: () => Promise.resolve() },
    onError: error => void errors.push(error),
    ...options,
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    simulator,
    gateway,
    url,
    reports,
    records,
    errors,
    ask: (headers, body = {}, path = '/v1/chat/completions') =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: sonnet, messages: [{ role: 'user', content: 'Hello!' }], ...body }),
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await gateway.close({ graceMs: 0 })
      await simulator.close()
    },
  }
}
