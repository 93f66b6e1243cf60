import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { BuiltImage } from './build-image.ts'

/** A container's process, without the container. */
export interface Container extends AsyncDisposable {
  readonly url: string
  /** Runs the image's health check beside it, and gives its exit code: 0 where it is well. */
  healthCheck(): Promise<number>
  /** `docker stop`: SIGTERM to the process itself. Resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Whose numbers `node` has in the base image. */
const nodeUser = 1_000

/**
 * Starts what an image holds as a container would: with no variable but the given ones, as the image's user where this process may
 * choose one, and with a file system that takes no write.
 */
export async function startContainer(
  image: BuiltImage,
  variables: Readonly<Record<string, string>>,
): Promise<Container> {
  const port = await freePort()
  const environment = {
    PATH: process.env.PATH ?? '',
    ...image.environment,
    ...variables,
    PORT: `${port}`,
    HOST: '127.0.0.1',
  }
  const [, ...command] = image.command
  const user = process.getuid?.() === 0 && image.user !== 'root' ? { uid: nodeUser, gid: nodeUser } : {}
  const start = { cwd: image.workdir, env: environment, ...user }
  // Node refuses every write, as a read-only root file system does.
  const readOnly = ['--permission', '--allow-fs-read=*']
  const child = spawn(process.execPath, [...readOnly, ...command], { ...start, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`The container's process ended with ${code} before it served.`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    healthCheck: () =>
      new Promise(resolve => {
        const check: ChildProcess = execFile(process.execPath, image.healthCheck.slice(1), start, () =>
          resolve(check.exitCode ?? 1),
        )
      }),
    async stop() {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
