import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/*
 * A contestant's module in two processes behind one port, as `node:cluster` makes it of a server that knows nothing of it: the first
 * process takes connections and deals them out in turn.
 */

const { MODULE = '' } = process.env
cluster.setupPrimary({ exec: fileURLToPath(new URL(`${MODULE}.ts`, import.meta.url)) })
const workers = [cluster.fork(), cluster.fork()]
cluster.on('exit', (_worker, code) => process.exit(code || 1))
const [[{ port }]] = (await Promise.all(workers.map(worker => once(worker, 'message')))) as [[{ port: number }]]
process.send?.({ port, pids: [process.pid, ...workers.map(worker => worker.process.pid)] })
process.once('disconnect', () => process.exit())
