import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createTables, gatewayTables } from '@modelgate/aws/dynamodb'
import { dynamodbClient } from './dynamodb-client.ts'

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** dynalite, which speaks DynamoDB's API, and a table for limits in it. */
export interface DynaliteProcess extends ServerProcess {
  readonly endpoint: string
  readonly tableName: string
}

export async function startDynalite(): Promise<DynaliteProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'dynalite-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const endpoint = `http://127.0.0.1:${line}`
  const table = gatewayTables('test').limits
  const client = dynamodbClient(endpoint)
  await createTables({ client, tables: [table], pollMs: 2 })
  client.destroy()
  return {
    port: Number(line),
    pid: child.pid!,
    endpoint,
    tableName: table.tableName,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
