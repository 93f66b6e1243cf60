import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { SpendingLoad, Spent } from './spend.ts'

/** What a process says. */
export type SpendingAnswer = { readonly spent: Spent } | { readonly holds: true } | { readonly error: string }
/** What it is told: to spend, or to hold so many calls that never end. */
export type SpendingOrder = { readonly load: SpendingLoad; readonly hold?: boolean }

/** One of the processes that share a budget. */
export class SpendingProcess implements AsyncDisposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(): Promise<SpendingProcess> {
    const child = fork(join(import.meta.dirname, 'spending-worker.ts'), [], {
      execArgv: ['-C', 'modelgate-source'],
      env: { ...process.env, NODE_OPTIONS: '' },
      serialization: 'advanced',
    })
    const started = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (started[0] !== 'ready') throw new Error(`The worker ended before it was ready: ${started.join()}`)
    return new SpendingProcess(child)
  }

  /** What became of a load here. */
  async spend(load: SpendingLoad): Promise<Spent> {
    const answer = await this.#tell({ load })
    if (!('spent' in answer)) throw new Error('error' in answer ? answer.error : 'The worker only holds.')
    return answer.spent
  }

  /** Has calls reserve, and never end. */
  async hold(load: SpendingLoad): Promise<void> {
    const answer = await this.#tell({ load, hold: true })
    if (!('holds' in answer)) throw new Error('error' in answer ? answer.error : 'The worker holds nothing.')
  }

  /** As the kernel ends a process when memory is short: it is told nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  async #tell(order: SpendingOrder): Promise<SpendingAnswer> {
    this.#child.send(order)
    const [answer] = (await Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(([code, signal]) => [{ error: `the process ended, ${code ?? signal}` }]),
    ])) as [SpendingAnswer]
    return answer
  }
}
