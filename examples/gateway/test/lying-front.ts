import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DrilledGateway } from '../src/drill/drilled-gateway.ts'

/** What a front does to the answers of the gateway behind it. */
export interface Lies {
  /** In place of the answer, by its status. */
  readonly replace?: ((status: number) => { readonly status: number; readonly body: string } | undefined) | undefined
  readonly headers?: ((headers: Headers) => void) | undefined
  readonly chunk?: ((text: string) => string) | undefined
  /** Reads on when its client has left. */
  readonly staysWhenClientLeaves?: boolean | undefined
}

/** A gateway behind a proxy that does not pass on what it was told. */
export async function lyingFront(gateway: DrilledGateway, lies: Lies): Promise<DrilledGateway> {
  const ending = new AbortController()
  const server = createServer((request, response) => {
    void forward(request, response, { gateway, lies, ending: ending.signal }).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records: gateway.records,
    async [Symbol.asyncDispose]() {
      ending.abort()
      server.closeAllConnections()
      server.close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

interface Behind {
  readonly gateway: DrilledGateway
  readonly lies: Lies
  readonly ending: AbortSignal
}

async function forward(request: IncomingMessage, response: ServerResponse, { gateway, lies, ending }: Behind) {
  const body = Buffer.concat(await request.toArray())
  const leaving = new AbortController()
  if (!lies.staysWhenClientLeaves) response.on('close', () => leaving.abort())
  const { 'x-api-key': key = '', 'x-modelgate-report': report = '' } = request.headers
  const answer = await fetch(gateway.url + request.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': String(key), 'x-modelgate-report': String(report) },
    body,
    signal: AbortSignal.any([leaving.signal, ending]),
  })
  const instead = lies.replace?.(answer.status)
  const headers = new Headers(answer.headers)
  for (const name of ['content-length', 'transfer-encoding', 'connection', 'keep-alive']) headers.delete(name)
  lies.headers?.(headers)
  response.writeHead(instead?.status ?? answer.status, Object.fromEntries(headers))
  response.on('error', () => undefined)
  const decoder = new TextDecoder()
  for await (const bytes of answer.body ?? []) {
    if (instead) continue
    const text = decoder.decode(bytes, { stream: true })
    response.write(lies.chunk ? lies.chunk(text) : text)
  }
  response.end(instead?.body)
}
