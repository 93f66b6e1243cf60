import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Simulator } from '@modelgate/simulator'
import OpenAI from 'openai'

/** A gateway in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly ann: OpenAI
  /** Without a word, as by a machine that goes out. */
  kill(): Promise<void>
}

export async function startServer(
  simulator: Pick<Simulator, 'url' | 'credential'>,
  leaseMs: number,
): Promise<ServerProcess> {
  const { url, credential } = simulator
  const child = spawn(process.execPath, ['-C', 'modelgate-source', join(import.meta.dirname, 'gateway-server.ts')], {
    env: { ...process.env, BATCH_SERVER: JSON.stringify({ url, credential, region: 'us-east-1', leaseMs }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const base = await firstLine(child)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  return {
    url: base,
    pid: child.pid ?? 0,
    ann: new OpenAI({ apiKey: 'key-of-ann', baseURL: `${base}/v1`, maxRetries: 0 }),
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const text of createInterface({ input: child.stdout! })) return (JSON.parse(text) as { url: string }).url
  throw new Error('The server ended before it said where it listens.')
}
