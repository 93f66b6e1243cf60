import { once } from 'node:events'
import type { Server } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTables, type GatewayTables, gatewayTables } from '@modelgate/aws/dynamodb'
import dynalite from 'dynalite'

/** DynamoDB's stand-in in this process, with all tables; a client of it. Closes both at the end of its scope. */
export interface TestDynamoDb extends AsyncDisposable {
  readonly endpoint: string
  readonly client: DynamoDBClient
  readonly tables: GatewayTables
}

/** Credentials that any stand-in takes, for clients that the code under test makes by itself. */
export const testCredentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** @param makeTables default: as `createTables` makes those of the prefix */
export async function openTestDynamoDb(
  prefix = 'test',
  makeTables: (client: DynamoDBClient, tables: GatewayTables) => Promise<unknown> = makeAll,
): Promise<TestDynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  // On a busy machine a kept connection may be closed just as a request goes out on it.
  server.keepAliveTimeout = 60_000
  const endpoint = await listen(server)
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: testCredentials, maxAttempts: 1 })
  const tables = gatewayTables(prefix)
  await makeTables(client, tables)
  return {
    endpoint,
    client,
    tables,
    async [Symbol.asyncDispose]() {
      client.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function makeAll(client: DynamoDBClient, tables: GatewayTables): Promise<unknown> {
  return createTables({ client, tables: Object.values(tables), pollMs: 2 })
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The stand-in listens on no port.')
  return `http://127.0.0.1:${address.port}`
}
