import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { expect, test } from 'vitest'
import { openaiCompatible } from '../src/index.ts'
import { answering } from './support/answering-server.ts'

const completion = (content: string): string =>
  JSON.stringify({ id: 'c-1', model: 'm', choices: [{ index: 0, message: { role: 'assistant', content } }] })

/** One byte that is no UTF-8 stands for one character, as an ASCII one does. */
const broken = Buffer.from(completion('caf@'))
broken[broken.indexOf('@')] = 0xe9

test.each([
  ['ASCII alone', Buffer.from(completion('coffee\n"hot"'))],
  ['UTF-8', Buffer.from(completion('café ☕'))],
  ['UTF-8 behind a byte order mark', Buffer.from(`\ufeff${completion('coffee')}`)],
  ['Latin-1, which is no UTF-8', broken],
  ['more than fits into one text', Buffer.from(completion('coffee '.repeat(10_000)))],
])('an answer of %s reaches the client byte for byte', async (_what, body) => {
  await using upstream = await answering(response => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  await using gateway = createGateway({
    providers: [openaiCompatible({ id: 'acme', baseURL: upstream.url, apiKey: 'sk-test' })],
    auth: 'none',
    onError: () => {},
  })
  const server = createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await new Promise(resolve => {
    server.once('listening', resolve)
  })
  const { port } = server.address() as AddressInfo
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'acme/m', messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(body)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
