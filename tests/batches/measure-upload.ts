import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sendLines } from './send-lines.ts'
import { startServer } from './server-process.ts'

/**
 * `pnpm bench:upload [megabytes]`: uploads a file of so many megabytes (default 500) to a gateway that is a process of its own, and prints
 * what memory that took, a line a second. The simulator, which keeps what it is sent, is another process.
 */
const megabytes = Number(process.argv[2] ?? 500)
const lineBytes = 20_000

const simulatorMain = join(import.meta.dirname, '../../packages/simulator/src/main.ts')
const child = spawn(process.execPath, ['-C', 'modelgate-source', '--max-old-space-size=16000', simulatorMain], {
  env: { ...process.env, SIMULATOR_PORT: '0' },
  stdio: ['ignore', 'pipe', 'ignore'],
})
try {
  await using server = await startServer({ url: await urlOf(), credential: simulatorKeys() }, 60_000)
  const mb = (kilobytes: number): string => `${Math.round(kilobytes / 1_024)} MB`
  console.log(`before: RSS ${mb(memoryOf(server.pid, 'VmRSS'))}`)
  const startedAt = performance.now()
  const upload = sendLines({ url: server.url, megabytes, lineBytes })
  const telling = setInterval(() => {
    const sent = Math.round(upload.sentBytes() / 1_048_576)
    console.log(`${sent} MB sent: RSS ${mb(memoryOf(server.pid, 'VmRSS'))}`)
  }, 1_000)
  const { status, body } = await upload.answered
  clearInterval(telling)
  const seconds = (performance.now() - startedAt) / 1_000
  console.log(`${status} after ${seconds.toFixed(1)} s: ${body}`)
  console.log(
    `after ${megabytes} MB: RSS ${mb(memoryOf(server.pid, 'VmRSS'))}, at most ${mb(memoryOf(server.pid, 'VmHWM'))}`,
  )
  process.exitCode = status === 200 ? 0 : 1
} finally {
  child.kill()
}

async function urlOf(): Promise<string> {
  for await (const text of createInterface({ input: child.stdout })) return (JSON.parse(text) as { url: string }).url
  throw new Error('The simulator did not start.')
}

function simulatorKeys(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return { accessKeyId: 'AKIASIMULATOR000000', secretAccessKey: 'simulator-secret-key' }
}

/** Kilobytes, as Linux tells them of a process. */
function memoryOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
}
