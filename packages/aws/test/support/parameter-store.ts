import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** A stand-in for the Parameter Store that speaks its JSON protocol. */
export interface TestParameterStore extends AsyncDisposable {
  readonly endpoint: string
  /** Values by name. */
  parameters: Readonly<Record<string, string>>
  /** Answers every request with this error of AWS's. */
  fault: string | undefined
  readonly requests: readonly Readonly<Record<string, unknown>>[]
}

/** Pages of a path hold as many. */
const pageSize = 2

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export async function openTestParameterStore(
  parameters: Readonly<Record<string, string>>,
): Promise<TestParameterStore> {
  const requests: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { Names?: string[]; Path?: string; NextToken?: string }
    requests.push(body)
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value))
    }
    if (store.fault) return answer(400, { __type: store.fault, message: 'No.' })
    const all = Object.entries(store.parameters).map(([Name, Value]) => ({ Name, Value, Type: 'SecureString' }))
    if (String(request.headers['x-amz-target']).endsWith('GetParameters')) {
      const Parameters = all.filter(({ Name }) => body.Names?.includes(Name))
      return answer(200, { Parameters, InvalidParameters: [] })
    }
    const path = `${body.Path?.replace(/\/$/, '')}/`
    const under = all.filter(({ Name }) => Name.startsWith(path) && !Name.slice(path.length).includes('/'))
    const from = Number(body.NextToken ?? 0)
    const next = from + pageSize
    answer(200, {
      Parameters: under.slice(from, next),
      ...(next < under.length ? { NextToken: String(next) } : {}),
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const store: TestParameterStore = {
    endpoint: `http://127.0.0.1:${port}`,
    parameters,
    fault: undefined,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return store
}
