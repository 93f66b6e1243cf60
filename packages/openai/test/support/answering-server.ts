import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Resolves when the connection to the client closed or the answer was sent. */
  readonly closed: Promise<'finished' | 'aborted'>
}

export interface AnsweringServer extends AsyncDisposable {
  readonly url: string
  readonly seen: SeenRequest[]
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void

/** A server over a real socket that answers the nth request with the nth answer, the last one for ever. */
export async function answering(...answers: readonly Answer[]): Promise<AnsweringServer> {
  const seen: SeenRequest[] = []
  const server = createServer((incoming, response) => {
    const body: Buffer[] = []
    const closed = new Promise<'finished' | 'aborted'>(resolve => {
      response.on('close', () => resolve(response.writableFinished ? 'finished' : 'aborted'))
    })
    incoming.on('data', (bytes: Buffer) => body.push(bytes))
    incoming.on('end', () => {
      const { method, url: path, headers } = incoming
      const request = { method, path, headers, body: Buffer.concat(body).toString(), closed }
      seen.push(request)
      answers[Math.min(seen.length, answers.length) - 1]?.(response, request)
    })
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    },
  }
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return response => {
    response.writeHead(status, headers).end(body)
  }
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return text(JSON.stringify(value), status, { 'content-type': 'application/json', ...headers })
}

export function eventStream(body: string): Answer {
  return text(body, 200, { 'content-type': 'text/event-stream' })
}
