import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an upstream says, whatever it is asked. */
export interface CannedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** An upstream on a real socket that gives the answer it was last told, for what the simulator has no reason to say. */
export interface CannedUpstream extends AsyncDisposable {
  readonly url: string
  answer: CannedAnswer
}

export async function cannedUpstream(): Promise<CannedUpstream> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status = 200, headers, body } = upstream.answer
      response.writeHead(status, { 'x-amzn-requestid': 'canned', ...headers }).end(body)
    })
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const upstream: CannedUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { body: '{}' },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    },
  }
  return upstream
}
