import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { forkPinned } from '../machine/processes.ts'
import type { StreamFigures, StreamOrder } from './stream-client.ts'

/** Reads streams in a process of its own, on the load's core. `onOpen` is called once all of them have begun. */
export async function readStreams(order: StreamOrder, onOpen?: () => void): Promise<StreamFigures> {
  const child = forkPinned('../load/stream-client.ts', 'load')
  child.send(order)
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message'), failure(child)])) as [StreamFigures | 'open']
    if (message !== 'open') return message
    onOpen?.()
  }
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`the reader of streams ended with ${code} before it had read them`)
}
