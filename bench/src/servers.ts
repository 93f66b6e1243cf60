import type { Cell } from './cells.ts'
import { checkAnswer } from './check-answer.ts'
import { type Contestant, peers, type Running, startContestant } from './contestants.ts'
import type { Server } from './machine/processes.ts'
import type { Subject } from './measure.ts'

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
  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.values()) await server[Symbol.asyncDispose]()
  }
}

/** Starts one, and sees that it answers right. */
export async function startChecked(cell: Cell, upstream: Server, contestant: Contestant): Promise<Checked> {
  const server = await start(cell, upstream, contestant)
  // What the first one gets is kept, and says more of itself than what all the others get.
  if (contestant === 'modelgate-hit') await checkAnswer(cell, server, contestant)
  return { ...server, answerBytes: await checkAnswer(cell, server, contestant) }
}
