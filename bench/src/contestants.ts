import type { Mode } from './asked.ts'
import { portkey } from './machine/peers.ts'
import { freePort, type Server, startNode, startProgram } from './machine/processes.ts'
import { type StoreKind, startStore } from './machine/stores.ts'
import type { Lane } from './upstream/answers.ts'
import { startNginxProxy } from './upstream/nginx.ts'
import { modelOf, paceRoot, upstreamPath } from './upstream/requests.ts'

export interface Assignment {
  readonly lane: Lane
  readonly mode: Mode
  /** Base URL of who answers. */
  readonly upstream: string
}

/** One that runs, and what it must be told with each request. */
export interface Running extends Server {
  /** Default: none beyond the bench's key. */
  readonly headers?: Readonly<Record<string, string>>
  /** The `model` of a request. Default: as the gateway has it, with the provider before it. */
  readonly model?: string
}

type Starter = (assignment: Assignment) => Promise<Running>

/**
 * V8's young generation held to three times 16 MB, on both sides: left to itself it doubles while a thousand streams begin, or does not,
 * and what it grew to is most of what is resident then.
 */
const youngHeld: Environment = { NODE_OPTIONS: '--max-semi-space-size=16' }

const starters = {
  bare: bare(),
  'bare-two': bare({}, 2),
  'bare-young-held': bare(youngHeld),
  'bare-parse': bare({ BODY: 'parsed' }),
  'bare-policy': bare({ POLICY: 'least' }),
  'bare-telemetry': bare({ TELEMETRY: 'least' }),
  nginx: ({ lane, mode, upstream }) => startNginxProxy(upstream, upstreamPath(lane, mode)),
  modelgate: ours('modelgate'),
  'modelgate-young-held': ours('modelgate', youngHeld),
  'modelgate-node': ours('modelgate', { TRANSPORT: 'node' }),
  'modelgate-open': ours('modelgate', { POLICY: 'none' }),
  'modelgate-policy': ours('modelgate', { POLICY: 'all' }),
  'modelgate-policy-two': ours('modelgate', { POLICY: 'all' }, 2),
  'modelgate-telemetry': ours('modelgate', { TELEMETRY: 'all' }),
  'modelgate-hit': ours('modelgate', { CACHE: 'hit' }),
  'modelgate-miss': ours('modelgate', { CACHE: 'miss' }),
  'modelgate-redis': withStore('redis'),
  'modelgate-dynamodb': withStore('dynamodb'),
  'modelgate-sdk': ours('modelgate-sdk'),
  'do-it-yourself': ours('do-it-yourself'),
  portkey: startPortkey,
} satisfies Readonly<Record<string, Starter>>

/** Who is measured. `bare` is the floor that all others are compared with. */
export type Contestant = keyof typeof starters

/** Other gateways. One that cannot do what a cell asks for is told of as such, and the cell goes on without it. */
export const peers: ReadonlySet<Contestant> = new Set<Contestant>(['portkey'])

type Environment = Readonly<Record<string, string>>

function bare(env: Environment = {}, processes: 1 | 2 = 1): Starter {
  return ({ lane, mode, upstream }) =>
    startModule('bare', { UPSTREAM: upstream, UPSTREAM_PATH: upstreamPath(lane, mode), ...env }, processes)
}

/** A module that finds the way to the upstream by itself. */
function ours(module: string, env: Environment = {}, processes: 1 | 2 = 1): Starter {
  return ({ mode, upstream }) => startModule(module, { UPSTREAM: upstream + paceRoot(mode), ...env }, processes)
}

function startModule(module: string, env: Environment, processes: 1 | 2): Promise<Server> {
  return processes === 1
    ? startNode(`../contestants/${module}.ts`, 'contestant', env)
    : startNode('../contestants/in-two.ts', 'two', { MODULE: module, ...env })
}

/** The AWS SDK wants some, and dynalite takes any. */
const anyKeys = { AWS_ACCESS_KEY_ID: 'AKIABENCH', AWS_SECRET_ACCESS_KEY: 'bench' }

/** Its limits are in a store, which is on the load's core. */
function withStore(kind: StoreKind): Starter {
  return async assignment => {
    const store = await startStore(kind)
    const env = { POLICY: 'all', STORE: kind, STORE_URL: store.url, ...anyKeys }
    const server = await ours('modelgate', env)(assignment)
    return {
      ...server,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
      },
    }
  }
}

/**
 * As its document says a server is started and told by each request where to go.
 * @see https://portkey.ai/docs/product/ai-gateway/custom-hosts
 */
async function startPortkey({ lane, mode, upstream }: Assignment): Promise<Running> {
  const port = await freePort()
  const server = await startProgram(
    [process.execPath, portkey.server, '--headless', `--port=${port}`],
    'contestant',
    port,
  )
  const host = upstream + paceRoot(mode)
  const headers: Readonly<Record<Lane, Record<string, string>>> = {
    openai: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${host}/v1` },
    bedrock: {
      'x-portkey-provider': 'bedrock',
      'x-portkey-custom-host': host,
      'x-portkey-aws-access-key-id': 'AKIABENCH',
      'x-portkey-aws-secret-access-key': 'bench',
      'x-portkey-aws-region': 'us-east-1',
    },
  }
  return { ...server, headers: headers[lane], model: modelOf(lane, mode) }
}

/** What all of them are asked at; the proxies forward any path. */
export function contestantPath(mode: Mode): string {
  return mode === 'embeddings' ? '/v1/embeddings' : '/v1/chat/completions'
}

export function startContestant(contestant: Contestant, assignment: Assignment): Promise<Running> {
  return starters[contestant](assignment)
}
