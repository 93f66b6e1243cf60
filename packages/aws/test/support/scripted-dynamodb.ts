import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What stands for DynamoDB and says what it is told to. */
export interface ScriptedDynamoDb extends AsyncDisposable {
  readonly endpoint: string
  /** Operation and body of each request. */
  readonly requests: readonly { readonly operation: string; readonly body: string }[]
  openConnections(): Promise<number>
}

export async function openScriptedDynamoDb(
  answer: (operation: string, response: ServerResponse) => void,
): Promise<ScriptedDynamoDb> {
  const requests: { operation: string; body: string }[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
      requests.push({ operation, body })
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      answer(operation, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port.')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of request) body += String(piece)
  return body
}

/** An error as DynamoDB says it. */
export function sendFault(response: ServerResponse, status: number, name: string): void {
  response.statusCode = status
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'Try later.' }))
}
