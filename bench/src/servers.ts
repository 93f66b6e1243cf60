import type { Cell } from './cells.ts'
import { checkAnswer } from './check-answer.ts'
import { type Contestant, peers, type Running, startContestant } from './contestants.ts'
import type { Server } from './machine/processes.ts'
import type { Subject } from './measure.ts'
import { warmUp } from './warm-up.ts'

/** Those that answer wrong, by what they answer. Of the gateway, and of what it is compared with, a wrong answer ends the bench. */
export async function unablePeers(cell: Cell, upstream: Server): Promise<Partial<Record<Contestant, string>>> {
  const unable: Partial<Record<Contestant, string>> = {}
  for (const contestant of cell.contestants.filter(name => peers.has(name))) {
    await using server = await start(cell, upstream, contestant)
    await checkAnswer(cell, server, contestant).catch((error: Error) => {
      unable[contestant] = error.message
    })
  }
  return unable
}

function start({ lane, mode }: Cell, upstream: Server, contestant: Contestant): Promise<Running> {
  return startContestant(contestant, { lane, mode, upstream: upstream.url })
}

/** A contestant that was found to answer right. */
type Checked = Running & Pick<Subject, 'answerBytes'>

/** Those of one cell, which end together. */
export class Servers extends Map<Contestant, Checked> implements AsyncDisposable {
  override get(contestant: Contestant): Checked {
    const server = super.get(contestant)
    if (!server) throw new Error(`${contestant} was not started`)
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.values()) await server[Symbol.asyncDispose]()
  }
}

export async function startAll(cell: Cell, upstream: Server): Promise<Servers> {
  const servers = new Servers()
  for (const contestant of cell.contestants) servers.set(contestant, await startOne(cell, upstream, contestant))
  return servers
}

/** One that was found to answer right, and is warm. */
export async function startOne(cell: Cell, upstream: Server, contestant: Contestant): Promise<Checked> {
  const server = await start(cell, upstream, contestant)
  // What the first one gets is kept, and says more of itself than what all the others get.
  if (contestant === 'modelgate-hit') await checkAnswer(cell, server, contestant)
  const checked = { ...server, answerBytes: await checkAnswer(cell, server, contestant) }
  // Memory is measured of a server that has not worked yet: what an earlier load left behind would hide what a stream takes.
  if (cell.mode !== 'open') await warmUp({ cell, server, upstream, answerBytes: checked.answerBytes })
  return checked
}
