import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

const repository = join(import.meta.dirname, '../../..')

export type Variables = Readonly<Record<string, string>>

/** The first line on standard output. */
export interface ListeningLine {
  readonly msg: string
  readonly url: string
  readonly mode: string
  readonly simulator?: string
}

/** A program of ours as a process, known by what it prints alone. */
export interface Running extends AsyncDisposable {
  readonly url: string
  readonly listening: ListeningLine
  readonly stdout: () => string
  readonly stderr: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
}

export interface Ended {
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

interface Program {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exited: Promise<number | NodeJS.Signals>
}

interface Launch {
  readonly timeoutMs?: number | undefined
  readonly args?: readonly string[]
}

/** Starts as `pnpm start` does, with no variable of this process's but the given ones and where Node keeps what it compiled. Relative paths start at a fresh directory. */
function launch(main: string, variables: Variables, { timeoutMs = 15_000, args = [] }: Launch = {}): Program {
  const child = spawn(process.execPath, ['-C', 'modelgate-source', join(repository, main), ...args], {
    cwd: mkdtempSync(join(tmpdir(), 'gateway-')),
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A start that should have failed and serves instead must not outlive its test.
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exited = new Promise<number | NodeJS.Signals>(resolve => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'))
  })
  return { child, stdout: () => stdout, stderr: () => stderr, exited }
}

async function run(main: string, variables: Variables, timeoutMs?: number): Promise<Running> {
  const { child, stdout, stderr, exited } = launch(main, variables, { timeoutMs })
  const line = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const end = stdout().indexOf('\n')
      if (end >= 0) resolve(stdout().slice(0, end))
    }
    child.stdout.on('data', look)
    void exited.then(code => reject(new Error(`It ended with ${code} before it served: ${stderr()}`)))
  })
  const listening = JSON.parse(line) as ListeningLine
  return {
    url: listening.url,
    listening,
    stdout,
    stderr,
    exited,
    kill: signal => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The gateway app on a free port. It is ended after `timeoutMs`, by default 15,000. */
export function runGateway(variables: Variables = {}, timeoutMs?: number): Promise<Running> {
  return run('examples/gateway/src/main.ts', { PORT: '0', ...variables }, timeoutMs)
}

/** The simulator by itself, as `pnpm simulator` starts it. */
export function runSimulator(variables: Variables = {}): Promise<Running> {
  return run('packages/simulator/src/main.ts', { SIMULATOR_PORT: '0', ...variables })
}

/** A start that is expected to end by itself. */
export async function runToEnd(variables: Variables, args: readonly string[] = []): Promise<Ended> {
  const { stdout, stderr, exited } = launch('examples/gateway/src/main.ts', { PORT: '0', ...variables }, { args })
  const code = await exited
  return { code, stdout: stdout(), stderr: stderr() }
}

/** A file in a fresh directory. */
export function temporaryFile(name: string, contents?: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gateway-')), name)
  if (contents !== undefined) writeFileSync(path, contents)
  return path
}
