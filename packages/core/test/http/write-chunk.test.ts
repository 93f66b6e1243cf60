import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { writeChunk } from '../../src/http/write-chunk.ts'

type Answer = (response: http.ServerResponse) => void

/** All that comes over a connection for one request, as text of one character a byte. */
async function told(answer: Answer, version = '1.1'): Promise<string> {
  const server = http.createServer((_request, response) => answer(response)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  socket.write(`GET / HTTP/${version}\r\nhost: test\r\nconnection: close\r\n\r\n`)
  const reads: Buffer[] = await socket.toArray()
  return Buffer.concat(reads).toString('latin1')
}

/** The body of a chunked answer, each chunk's length checked, and its end. */
function bodyIn(text: string): string {
  const start = text.indexOf('\r\n\r\n') + 4
  expect(text.slice(0, start).toLowerCase()).toContain('transfer-encoding: chunked')
  let body = ''
  let rest = text.slice(start)
  for (;;) {
    const [, digits = '', after = ''] = /^([\da-f]+)\r\n([\s\S]*)$/.exec(rest) ?? []
    const length = Number.parseInt(digits, 16)
    expect(after.slice(length, length + 2)).toBe('\r\n')
    if (length === 0) {
      expect(after).toBe('\r\n')
      return body
    }
    body += after.slice(0, length)
    rest = after.slice(length + 2)
  }
}

const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(20_000).fill(120))))

it('sends chunks that are as long as they say, of any pieces, empty and long ones among them', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, async list => {
      const text = await told(response => {
        response.writeHead(200)
        for (const piece of list) writeChunk(response, piece)
        response.end()
      })
      expect(bodyIn(text)).toBe(Buffer.concat(list).toString('latin1'))
    }),
    { numRuns: 30 },
  )
})

it('leaves to Node what others write, and the end', async () => {
  const text = await told(response => {
    response.writeHead(200)
    response.write('a')
    writeChunk(response, Buffer.from('b'))
    response.write('c')
    response.end('d')
  })
  expect(bodyIn(text)).toBe('abcd')
})

it('makes one write of a chunk', async () => {
  let writes = 0
  await told(response => {
    response.writeHead(200)
    response.write('head')
    const write = vi.spyOn(response.socket!, 'write')
    writeChunk(response, Buffer.from('frame'))
    writes = write.mock.calls.length
    write.mockRestore()
    response.end()
  })
  expect(writes).toBe(1)
})

it('makes no chunk for a client that knows none, nor of an answer whose length is told', async () => {
  const old = await told(response => {
    response.writeHead(200)
    writeChunk(response, Buffer.from('frame'))
    response.end()
  }, '1.0')
  expect(old).toMatch(/\r\n\r\nframe$/)
  const sized = await told(response => {
    response.writeHead(200, { 'content-length': 5 })
    writeChunk(response, Buffer.from('frame'))
    response.end()
  })
  expect(sized).toMatch(/\r\n\r\nframe$/)
})

it('gives the bytes as they are to a `write` that a host has put in place of Node’s', async () => {
  const seen: string[] = []
  const text = await told(response => {
    const write = response.write.bind(response)
    response.write = (bytes: Uint8Array) => {
      seen.push(Buffer.from(bytes).toString())
      return write(Buffer.from(bytes).map(byte => byte + 1))
    }
    response.writeHead(200)
    writeChunk(response, Buffer.from('abc'))
    response.end()
  })
  expect(seen).toEqual(['abc'])
  expect(bodyIn(text)).toBe('bcd')
})
