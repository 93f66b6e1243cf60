import type { SimulatorCredential } from './auth/bedrock-auth.ts'
import type { FaultRule } from './faults/fault.ts'
import type { JobPlan } from './jobs/job-plan.ts'
import type { RecordedRequest } from './request-log.ts'
import type { Chunking } from './script.ts'

/** How a simulator is set up; all of it may be left out. */
export interface SimulatorOptions {
  /** Default 0, which takes any free port. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined
  /** Key pairs that may call Bedrock; default `AKIASIMULATOR000000` with `simulator-secret-key`. */
  readonly credentials?: readonly SimulatorCredential[] | undefined
  /** Default `['sk-simulator']`. */
  readonly openaiKeys?: readonly string[] | undefined
  /** Bedrock API keys, taken as `Authorization: Bearer`; default `['simulator-bedrock-key']`. */
  readonly bearerTokens?: readonly string[] | undefined
  /** Pause after each frame of a stream, in milliseconds; default 0. */
  readonly frameDelayMs?: number | undefined
  /** How response bytes are cut into writes; default `random`, so that nobody relies on whole frames. */
  readonly chunking?: Chunking | undefined
  /**
   * Whether OpenAI's chats with an argument that it does not know are refused, as the real one does. Default false: servers that speak its API
   * take what they do not know.
   */
  readonly refusesUnknownArguments?: boolean | undefined
  /** Of ids, fillers and cuts; default 1. */
  readonly seed?: number | undefined
  /** The clock signatures are judged by; default the machine's. */
  readonly now?: (() => Date) | undefined
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** As `http://127.0.0.1:40123`: the Bedrock endpoint, data and control plane alike, and S3's with paths for buckets. */
  readonly url: string
  /** `url` + `/v1`, as OpenAI's SDK wants it. */
  readonly openaiBaseUrl: string
  readonly port: number
  readonly credentials: readonly SimulatorCredential[]
  /** The first of them, as AWS's clients take it. */
  readonly credential: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly openaiKey: string
  readonly bearerToken: string
  /**
   * Replaces all rules, their counts of `times` included. Faults strike only callers whose credentials are good, but for those
   * that strike before anyone has called.
   * @throws {FaultRuleError} naming the member that cannot be obeyed
   */
  setFaults(rules: readonly FaultRule[]): void
  /** How batch jobs go from now on, those under way included. Default: they complete, a state further with each look at them. */
  setJobs(plan: JobPlan): void
  /** The requests seen, oldest first. Records are live: `outcome` changes when the answer ends. */
  requests(): readonly RecordedRequest[]
  /** Resolves with the first recorded request that satisfies the predicate, now or later. Rejects after `timeoutMs` (default 5000). */
  waitFor(predicate: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>
  /** Resolves when no request is open. */
  settled(): Promise<void>
  /** Forgets faults, requests, cached prompts, batch jobs and what S3 keeps; open answers go on. */
  reset(): void
  /** TCP connections open now. */
  openConnections(): number
  /** Drops all connections and stops. */
  close(): Promise<void>
}
