import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { AskedCall, Load } from './load.ts'
import type { Done, Order } from './worker.ts'

/** One of the processes that share a limit. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #answers = new Map<number, (done: Done) => void>()
  #lastId = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (done: Done) => this.#answers.get(done.id)?.(done))
    child.on('exit', (code, signal) => {
      for (const [id, answer] of this.#answers) answer({ id, error: `the process ended, ${code ?? signal}` })
    })
  }

  static async start({ clockBehindMs = 0 }: { readonly clockBehindMs?: number } = {}): Promise<WorkerProcess> {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [String(clockBehindMs)], {
      execArgv: ['-C', 'modelgate-source'],
      env: { ...process.env, NODE_OPTIONS: '' },
      serialization: 'advanced',
    })
    const started = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (started[0] !== 'ready') throw new Error(`The worker ended before it was ready: ${started.join()}`)
    return new WorkerProcess(child)
  }

  /** What became of a load here. Rejects with what the store rejected with. */
  run(load: Load): Promise<readonly AskedCall[]> {
    return this.#order(load, false)
  }

  /** Makes one call that is let in and then never ends. */
  hold(call: Pick<Load, 'store' | 'subject' | 'windows' | 'tokens'>): Promise<readonly AskedCall[]> {
    return this.#order({ ...call, startAt: 0, durationMs: 0, askEveryMs: 0, maxUnderWay: 1 }, true)
  }

  /** Ends the process as the kernel does when memory is short: it is told nothing. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  async #order(load: Load, hold: boolean): Promise<readonly AskedCall[]> {
    this.#lastId += 1
    const order: Order = { id: this.#lastId, load, hold }
    const { promise, resolve } = Promise.withResolvers<Done>()
    this.#answers.set(order.id, resolve)
    this.#child.send(order)
    const done = await promise
    this.#answers.delete(order.id)
    if ('error' in done) throw new Error(done.error)
    return done.calls
  }
}
