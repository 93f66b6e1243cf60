import { type AskedCall, type Load, machineTime } from './load.ts'
import { openStore } from './open-store.ts'
import { runLoad } from './run-load.ts'

/** What the parent sends. `hold` is one call that never ends: it reserves, is answered, and settles nothing. */
export interface Order {
  readonly id: number
  readonly load: Load
  readonly hold: boolean
}

export type Done =
  | { readonly id: number; readonly calls: readonly AskedCall[] }
  | { readonly id: number; readonly error: string }

/** This is a process of its own: started once, it runs one load after another. Its clock may be behind the machine's. */
const clockBehindMs = Number(process.argv[2] ?? 0)
if (clockBehindMs > 0) {
  const rightTime = Date.now
  Date.now = () => rightTime() - clockBehindMs
}

process.on('message', ({ id, load, hold: holds }: Order) => {
  const answer = (done: Done) => process.send?.(done)
  const working = holds ? hold(load) : runLoad(load)
  working.then(
    calls => answer({ id, calls }),
    (error: unknown) => answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function hold({ store: spec, subject, windows, tokens }: Load): Promise<readonly AskedCall[]> {
  const { store } = await openStore(spec)
  const before = machineTime()
  const { allowed } = await store.reserve({ subject, windows, tokens }, [])
  return [{ before, after: machineTime(), allowed, reserved: tokens, used: tokens }]
}
