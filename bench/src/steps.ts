import { apiKeys, CallController, createGateway, memoryKeyStore, Pullable, type Receiver } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { contestantPath } from './contestants.ts'
import { median } from './statistics.ts'
import { streams } from './upstream/answers.ts'
import { requestOf } from './upstream/requests.ts'

/*
 * What each step of one paced stream costs our own code, with warm caches and with cold ones: between two steps of a real stream the processor
 * serves others, and what was in its caches is not there any more. Here so many megabytes are written between the steps. No socket, no kernel.
 */

const coldMegabytes = [0, 4, 32]
const rounds = 400
/** V8 has compiled all there is then. */
const warmUpRounds = 10_000

const { head, frame, tail, contentType } = streams.openai
const [finish, usage, done] = tail as [Buffer, Buffer, Buffer]

/** A body that brings a read when it is told to. */
class Feed extends Pullable<Uint8Array> {
  private receiver: Receiver<Uint8Array> | undefined
  private readonly waiting: IteratorResult<Uint8Array, undefined>[] = []

  protected override pull(receiver: Receiver<Uint8Array>): void {
    const step = this.waiting.shift()
    if (step) receiver.receive(step)
    else this.receiver = receiver
  }

  bring(step: IteratorResult<Uint8Array, undefined>): void {
    const { receiver } = this
    this.receiver = undefined
    if (receiver) receiver.receive(step)
    else this.waiting.push(step)
  }
}

let feed = new Feed()
const gateway = createGateway({
  providers: [
    openai({
      apiKey: 'bench',
      baseURL: 'http://127.0.0.1:1/v1',
      transport: {
        send: () => Promise.resolve({ status: 200, headers: { 'content-type': contentType }, body: feed }),
        close: () => Promise.resolve(),
      },
    }),
  ],
  auth: apiKeys(memoryKeyStore([{ key: 'bench' }])),
})
const body = Buffer.from(requestOf({ lane: 'openai', kilobytes: 1, mode: 'paced' }))
const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' }
let answered = 0

function ask(): void {
  const request = {
    method: 'POST',
    path: contestantPath('paced'),
    headers,
    controller: new CallController(),
    readBody: () => Buffer.from(body),
  }
  void gateway.door.handle(request, {
    head(status) {
      if (status === 200) answered += 1
    },
    write: () => true,
    drained: () => Promise.resolve(),
    end() {},
  })
}

const read = (value: Uint8Array) => () => feed.bring({ done: false, value })

const steps: readonly (readonly [name: string, run: () => void])[] = [
  ['the request', ask],
  ['a role', read(Buffer.concat(head))],
  ['the first content', read(frame)],
  ['the second frame', read(frame)],
  ['the third', read(frame)],
  ['the finish', read(finish)],
  ['usage', read(usage)],
  ['[DONE]', read(done)],
  ['the end', () => feed.bring({ done: true, value: undefined })],
]

/** Promises that wait for promises: more than the deepest layer has. */
const turns = 20

/** Microseconds of each step in one stream. */
async function stream(cold: Uint8Array): Promise<number[]> {
  feed = new Feed()
  const times: number[] = []
  for (const [, run] of steps) {
    for (let at = 0; at < cold.length; at += 64) cold[at] = cold[at]! + 1
    const startedAt = performance.now()
    run()
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    times.push((performance.now() - startedAt) * 1_000)
    await new Promise(setImmediate)
  }
  return times
}

for (let round = 0; round < warmUpRounds; round += 1) await stream(new Uint8Array())
const columns: number[][] = []
for (const megabytes of coldMegabytes) {
  const cold = new Uint8Array(megabytes * 1_000_000)
  const all: number[][] = []
  for (let round = 0; round < rounds; round += 1) all.push(await stream(cold))
  columns.push(steps.map((_step, index) => median(all.map(times => times[index]!))))
}
if (answered !== warmUpRounds + coldMegabytes.length * rounds) throw new Error(`${answered} streams were answered only`)

const line = (name: string, figures: readonly string[]): string =>
  [name.padEnd(20), ...figures.map(figure => figure.padStart(10))].join('')
console.log(line('µs, medians', ['warm', ...coldMegabytes.slice(1).map(megabytes => `${megabytes} MB`)]))
for (const [index, [name]] of steps.entries())
  console.log(
    line(
      name,
      columns.map(column => column[index]!.toFixed(1)),
    ),
  )
console.log(
  line(
    'all of them',
    columns.map(column => column.reduce((sum, time) => sum + time, 0).toFixed(0)),
  ),
)
