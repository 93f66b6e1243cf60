import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { images } from './images.ts'

/** A web server that images are fetched from, and what it was asked. */
export interface ImageHost extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly asked: readonly IncomingMessage[]
}

type Answer = (response: ServerResponse) => void

const png = Buffer.from(images.png, 'base64')
const send = (bytes: Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): Answer => {
  return response => void response.writeHead(status, headers).end(bytes)
}

/** By path. What is not here is `/cat.png`. */
const answers: Readonly<Record<string, Answer>> = {
  '/cat.png': send(png, { 'content-type': 'text/html' }),
  '/cat.webp': send(Buffer.from(images.webp, 'base64'), { 'content-type': 'image/png' }),
  '/page.html': send(Buffer.from('<!doctype html><html></html>'), { 'content-type': 'image/png' }),
  '/moved': send(png, { location: '/cat.png' }, 302),
  '/gone': send(png, {}, 404),
  '/zipped': send(png, { 'content-encoding': 'gzip' }),
  '/announced': send(png, { 'content-length': String(4 * 1024 * 1024) }),
  '/flood': response => {
    response.writeHead(200)
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      response.once('drain', more)
    }
    more()
  },
  '/slow': response => void response.writeHead(200, { 'content-length': '1000' }).write(png),
  '/broken': response => {
    response.writeHead(200, { 'content-length': '1000' }).write(png, () => response.destroy())
  },
  '/silent': () => {},
}

/** Starts one on loopback. */
export async function anImageHost(): Promise<ImageHost> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    const answer = answers[request.url?.split('?')[0] ?? ''] ?? answers['/cat.png']
    answer?.(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
