import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type Server, startNode, startProgram } from './processes.ts'

/** Where a gateway of the bench may keep its limits. */
export type StoreKind = 'redis' | 'dynamodb'

/** Redis as Debian has it, keeping nothing on the disk; for DynamoDB dynalite, which is many times slower than AWS's own. */
export async function startStore(kind: StoreKind): Promise<Server> {
  if (kind === 'dynamodb') return startNode('../machine/dynalite-server.ts', 'load')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'modelgate-bench-redis-'))
  const options = { port: String(port), bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder }
  return startProgram(
    ['redis-server', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])],
    'load',
    port,
  )
}
