import { startNode, type Server } from './machine/processes.ts'
import { measure } from './measure.ts'
import { cells, cellName, paceOf } from './cells.ts'
import { checkAnswer } from './check-answer.ts'
import { startCompletionUpstream } from './upstream/nginx.ts'
import { paceRoot, upstreamPath } from './upstream/requests.ts'
import { median } from './statistics.ts'

// node ab.ts "openai whole 1KB c=32" rounds "A=" "B=FLAG=1,X=2"
const [name, rounds, ...variants] = process.argv.slice(2)
const cell = cells.find(c => cellName(c) === name)!
const upstream = await (cell.mode === 'whole' ? startCompletionUpstream() : startNode('../upstream/stream-upstream.ts', 'load'))
const pace = paceOf[cell.mode]
const list: { name: string; server: Server; answerBytes: any; cpu: number[]; per: number[]; ttft: number[] }[] = []
for (const v of ['bare=', ...variants]) {
  const i = v.indexOf('=')
  const env = Object.fromEntries(v.slice(i + 1).split(',').filter(Boolean).map(p => p.split(':') as [string, string]))
  const n = v.slice(0, i)
  const server = n === 'bare'
    ? await startNode('../contestants/bare.ts', 'contestant', { UPSTREAM: upstream.url, UPSTREAM_PATH: upstreamPath(cell.lane, pace) })
    : await startNode(env.ROOT ? env.ROOT + '/bench/src/contestants/modelgate.ts' : '../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream.url + paceRoot(pace), ...env })
  const answerBytes = await checkAnswer(cell, server, n === 'bare' ? 'bare' : 'modelgate')
  const c = { name: n, server, answerBytes, cpu: [], per: [], ttft: [] }
  list.push(c)
  for (let k = 0; k < 3; k++) await measure({ cell: cell.mode === 'paced' ? { ...cell, concurrency: 128 } : { ...cell, concurrency: 32 }, server, upstream, answerBytes }, 2)
}
for (let r = 0; r < Number(rounds); r++) {
  for (const c of r % 2 ? list.toReversed() : list) {
    const { figures, fault } = await measure({ cell, server: c.server, upstream, answerBytes: c.answerBytes }, 1)
    if (fault) console.log(c.name, fault)
    c.cpu.push(figures.cpuUs ?? Number.NaN); c.per.push(figures.perSecond ?? Number.NaN); c.ttft.push(figures.firstContentUs ?? figures.medianUs ?? Number.NaN)
  }
}
const floor = list[0]!
const ratio = (a: number[], b: number[]) => median(a.map((x, i) => x / b[i]!)).toFixed(3)
for (const c of list) console.log(c.name.padEnd(12), 'cpu', median(c.cpu).toFixed(1), ratio(c.cpu, floor.cpu), 'per s', median(c.per).toFixed(0), ratio(c.per, floor.per), 'lat', median(c.ttft).toFixed(0), ratio(c.ttft, floor.ttft))
for (const c of list) await c.server[Symbol.asyncDispose]()
await upstream[Symbol.asyncDispose]()
process.exit()
