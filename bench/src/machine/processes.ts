import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import os from 'node:os'

/** A server of the bench, pinned to its core, stopped by its process id. */
export interface Server extends AsyncDisposable {
  readonly url: string
  /** The processes whose CPU and memory count: one, or those behind one port. */
  readonly pids: readonly number[]
}

/** Whether two processes of a contestant have a core each, beside the load's. */
export const hasCoresForTwo = os.availableParallelism() >= 3

/** Load and answers come from one core, the contestant has another one to itself; `two` of them share with the load where they must. */
export const cores = { load: '0', contestant: '1', two: hasCoresForTwo ? '1,2' : '0,1' } as const
export type Core = keyof typeof cores

/** Starts a module of the bench under Node, and waits until it has told its port. It must end when its parent lets it go. */
export async function startNode(
  module: string,
  core: Core,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const child = forkPinned(module, core, env)
  const [{ port, pids }] = (await Promise.race([once(child, 'message'), failure(child, module)])) as [Listening]
  return toServer(child, port, pids)
}

/** What a module tells when it listens. */
interface Listening {
  readonly port: number
  /** Default: the process that was started. */
  readonly pids?: readonly number[]
}

/** A module of the bench under Node, on its core. */
export function forkPinned(module: string, core: Core, env: Readonly<Record<string, string>> = {}): ChildProcess {
  return fork(new URL(module, import.meta.url), {
    execPath: 'taskset',
    execArgv: ['-c', cores[core], process.execPath, '-C', 'modelgate-source', ...profiling(core)],
    env: { ...process.env, ...env },
  })
}

/** `BENCH_PROFILE=<folder>` writes what each contestant spent its time on, as `--cpu-prof` does. */
function profiling(core: Core): string[] {
  const folder = process.env.BENCH_PROFILE
  return folder && core !== 'load' ? ['--cpu-prof', '--cpu-prof-dir', folder] : []
}

/** Starts any program that listens on a port that was chosen for it. */
export async function startProgram(command: readonly string[], core: Core, port: number): Promise<Server> {
  const child = spawn('taskset', ['-c', cores[core], ...command], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', text => {
    said += String(text)
  })
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended with ${child.exitCode}: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return toServer(child, port)
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
// A signal ends a process without its `exit`, and nginx would go on for ever.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

function toServer(child: ChildProcess, port: number, pids: readonly number[] = [child.pid!]): Server {
  running.add(child)
  return {
    url: `http://127.0.0.1:${port}`,
    pids,
    async [Symbol.asyncDispose]() {
      running.delete(child)
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      // A module of ours ends by itself when it is let go, so that a profile gets written.
      if (child.connected) child.disconnect()
      else child.kill('SIGTERM')
      await ended
    },
  }
}

async function failure(child: ChildProcess, module: string): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`${module} ended with ${code} before it listened`)
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
