import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { RuntimeApi } from './runtime-api.ts'

export interface FunctionOptions {
  /** Where the handler's file is. */
  readonly directory: string
  /** As Lambda's setting: `handler.handler` is `export const handler` of `handler.mjs`. */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
}

export interface StartedFunction extends AsyncDisposable {
  readonly api: RuntimeApi
  /** Rejects when it could not start, or has ended. */
  readonly failed: Promise<never>
  /** What it wrote to its log. */
  readonly log: () => string
}

/** A function as Lambda runs it: AWS's own runtime interface client in a process of its own, and this side of its Runtime API. */
export async function startFunction({ directory, handler, environment }: FunctionOptions): Promise<StartedFunction> {
  const api = new RuntimeApi()
  const client = createRequire(import.meta.url).resolve('aws-lambda-ric')
  const child = spawn(process.execPath, [client, handler], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: await api.listen(),
      LAMBDA_TASK_ROOT: directory,
      AWS_LAMBDA_FUNCTION_NAME: 'modelgate',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_LOG_GROUP_NAME: 'group',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      _HANDLER: handler,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', text => {
      log += String(text)
    })
  }
  const exited = once(child, 'exit')
  const failed = Promise.race([api.initError, exited]).then(said => {
    throw new Error(`The function has ended. ${typeof said === 'string' ? said : log}`)
  })
  failed.catch(() => {})
  return {
    api,
    failed,
    log: () => log,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await api[Symbol.asyncDispose]()
    },
  }
}
