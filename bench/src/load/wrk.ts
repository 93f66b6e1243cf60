import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cores } from '../machine/processes.ts'

/** One run of wrk: a closed loop over kept connections. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  /** Median time of a whole answer, in microseconds. */
  readonly medianUs: number
  /** Answers that were none: other statuses, broken or refused connections, timeouts. */
  readonly failures: number
  /** Bytes of a whole answer with its head: wrk looks at statuses only, and an error may be in the body. */
  readonly bytesPerRequest: number
  /** Share of the connections that were being answered all the time: of those that hang wrk knows nothing. */
  readonly busyShare: number
}

export interface LoadOptions {
  readonly url: string
  readonly body: string
  /** Beyond the key. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly connections: number
  readonly seconds: number
}

const folder = mkdtempSync(join(tmpdir(), 'modelgate-wrk-'))
const script = join(folder, 'post.lua')
writeFileSync(
  script,
  `wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer bench"
for name, value in string.gmatch(os.getenv("BENCH_HEADERS"), "([^%c:]+): (%C*)") do wrk.headers[name] = value end
local file = io.open(os.getenv("BENCH_BODY"), "rb")
wrk.body = file:read("*a")
file:close()
function done(summary, latency)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests":%d,"seconds":%f,"medianUs":%d,"failures":%d,"bytesPerRequest":%f,"busySeconds":%f}',
    summary.requests, summary.duration / 1e6, latency:percentile(50), failures, summary.bytes / summary.requests,
    latency.mean / 1e6 * summary.requests))
end
`,
)

/** Loads a URL for some seconds, from the load's core. */
export async function runWrk({ url, body, headers = {}, connections, seconds }: LoadOptions): Promise<Load> {
  const file = join(folder, 'body.json')
  writeFileSync(file, body)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const { stdout } = await promisify(execFile)(
    'taskset',
    ['-c', cores.load, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout=10s', '-s', script, url],
    { env: { ...process.env, BENCH_BODY: file, BENCH_HEADERS: lines.join('\n') } },
  )
  const { busySeconds, ...load } = JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Load & { busySeconds: number }
  return { ...load, busyShare: busySeconds / load.seconds / connections }
}
