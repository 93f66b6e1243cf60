import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'

/** A Redis server of a test's own: on a port of its own, keeping nothing, ended by its process id. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly pid: number
  /** `SIGSTOP` lets it hang with its sockets open, `SIGCONT` wakes it up. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/** Suites that need a real Redis: where none can be had they fail under `CI`, and are skipped elsewhere, with the reason in their name. */
export function describeWithRedis(name: string, suite: () => void): void {
  const missing = whyMissing()
  if (missing && process.env.CI) throw new Error(missing)
  describe.skipIf(missing !== undefined)(missing ? `${name} (${missing})` : name, suite)
}

/**
 * Starts `redis-server` and waits until it answers.
 * @param settings further arguments, such as `['--replicaof', '127.0.0.1 6379']`
 */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  // Another process may take the port that was free a moment ago.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(settings)
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

async function startOnce(settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'modelgate-redis-'))
  const address = ['--port', String(port), '--bind', '127.0.0.1']
  const keepNothing = ['--save', '', '--appendonly', 'no', '--dir', folder]
  const child = spawn('redis-server', [...address, ...keepNothing, ...settings], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const killWithParent = (): boolean => child.kill('SIGKILL')
  process.once('exit', killWithParent)
  const stop = async (): Promise<void> => {
    process.off('exit', killWithParent)
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await ready(child)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid!,
    signal: name => void child.kill(name),
    [Symbol.asyncDispose]: stop,
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', text => {
      said += String(text)
      if (said.includes('Ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${said}`)))
  })
}

/** Installs it where it is missing and that is possible. */
function whyMissing(): string | undefined {
  const isThere = (): boolean => spawnSync('redis-server', ['--version']).status === 0
  if (isThere()) return undefined
  try {
    // Several test files may want it at once.
    const wait = ['-o', 'DPkg::Lock::Timeout=120', '-qq']
    execFileSync('apt-get', [...wait, 'update'], { stdio: 'ignore' })
    execFileSync('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'redis-server'], { stdio: 'ignore' })
  } catch {}
  return isThere() ? undefined : 'redis-server is not installed (Debian: apt-get install redis-server)'
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
