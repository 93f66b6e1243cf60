import type { SimulatorCredential } from './auth/bedrock-auth.ts'
import { bedrockDialect } from './bedrock/bedrock-dialect.ts'
import { resetWorld } from './control.ts'
import { createFaultPlan } from './faults/fault-plan.ts'
import { parseFaultRules } from './faults/parse-fault-rules.ts'
import { listenOnOnePort } from './http/one-port.ts'
import { createJobBook } from './jobs/job-book.ts'
import { parseJobPlan } from './jobs/job-plan.ts'
import { openaiDialect } from './openai/openai-dialect.ts'
import { createRandom } from './random.ts'
import { createRequestLog } from './request-log.ts'
import { createObjectStore } from './s3/object-store.ts'
import { serve } from './serve.ts'
import type { Simulator, SimulatorOptions } from './simulator.ts'
import type { World } from './world.ts'

const DEFAULT_CREDENTIAL = { accessKeyId: 'AKIASIMULATOR000000', secretAccessKey: 'simulator-secret-key' }
const WAIT_MS = 5000

function createWorld(options: SimulatorOptions): World {
  const random = createRandom(options.seed ?? 1)
  return {
    gate: {
      credentials: options.credentials ?? [DEFAULT_CREDENTIAL],
      bearerTokens: options.bearerTokens ?? ['simulator-bedrock-key'],
      now: options.now ?? (() => new Date()),
    },
    openaiKeys: options.openaiKeys ?? ['sk-simulator'],
    refusesUnknownArguments: options.refusesUnknownArguments ?? false,
    random,
    pace: { chunking: options.chunking ?? 'random', frameDelayMs: options.frameDelayMs ?? 0, random },
    faults: createFaultPlan(),
    log: createRequestLog(),
    bedrock: bedrockDialect(random),
    openai: openaiDialect(random),
    promptCache: new Set(),
    objects: createObjectStore(),
    jobs: createJobBook(),
    openaiFiles: new Map(),
    openaiBatches: new Map(),
    openaiItems: new Set(),
  }
}

/**
 * Starts a server that speaks Bedrock Runtime, Bedrock's model listings and OpenAI's API, over HTTP/1.1 and cleartext HTTP/2 on one
 * port. It checks signatures, refuses what the real ones refuse, answers from the prompt, and fails on demand.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options)
  const host = options.host ?? '127.0.0.1'
  const admits = () => world.faults.takeForConnection() === undefined
  const port = await listenOnOnePort({ host, port: options.port ?? 0, admits }, (incoming, wire) =>
    serve(world, incoming, wire),
  )
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port.port}`
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    port: port.port,
    credentials: world.gate.credentials,
    credential: keysOf(world.gate.credentials[0] ?? DEFAULT_CREDENTIAL),
    openaiKey: world.openaiKeys[0] ?? '',
    bearerToken: world.gate.bearerTokens[0] ?? '',
    setFaults: rules => world.faults.set(parseFaultRules(rules)),
    setJobs: plan => {
      world.jobs.plan = parseJobPlan(plan)
    },
    requests: () => world.log.list(),
    waitFor: (predicate, timeoutMs = WAIT_MS) => world.log.waitFor(predicate, timeoutMs),
    settled: () => world.log.settled(),
    reset: () => resetWorld(world),
    openConnections: () => port.openConnections(),
    close: () => port.close(),
    [Symbol.asyncDispose]: () => port.close(),
  }
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: SimulatorCredential): Simulator['credential'] {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}
