import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { eventFrame } from '../../packages/simulator/src/bedrock/event-frame.ts'
import type { Cell, Lane } from './cell.ts'
import { StoryRig, secondTarget } from './story-rig.ts'

const text = 'so it goes on and on '.repeat(3_000)

const frames: Readonly<Record<Lane, Uint8Array>> = {
  Bedrock: eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }, () => 0),
  OpenAI: Buffer.from(
    `data: ${JSON.stringify({
      id: 'endless',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'endless',
      choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
    })}\n\n`,
  ),
}

/** An upstream whose answers have no end, written as fast as they are read. */
class EndlessUpstream implements AsyncDisposable {
  sentBytes = 0
  readonly server: http.Server
  readonly #frame: Uint8Array

  constructor(lane: Lane) {
    this.#frame = frames[lane]
    this.server = http.createServer((request, response) => {
      request.resume()
      const type = lane === 'Bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream'
      response.writeHead(200, { 'content-type': type })
      response.on('drain', () => this.#write(response))
      this.#write(response)
    })
    this.server.listen(0, '127.0.0.1')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
  }

  #write(response: ServerResponse): void {
    do this.sentBytes += this.#frame.length
    while (response.write(this.#frame))
  }
}

/** More than all buffers between two sockets hold, twice. */
const mostBytes = 64_000_000

/** A client that reads nothing: the upstream is not read further than buffers go, and stopped when the client is given up. */
export async function readNothing(cell: Cell): Promise<void> {
  await using upstream = new EndlessUpstream(cell.lane)
  await once(upstream.server, 'listening')
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  upstream.server.once('connection', (socket: net.Socket) => socket.once('close', () => resolve()))
  await using rig = await StoryRig.open(cell, undefined, {
    upstreamUrl: upstream.url,
    patienceMs: 600_000,
    streams: { writeStallMs: 300 },
  })
  const body = JSON.stringify({ model: 'story', stream: true, messages: [{ role: 'user', content: 'Go on' }] })
  const client = net.connect(rig.client.port, '127.0.0.1').pause()
  client.on('error', () => undefined)
  client.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer sk-story\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await stopped
  expect(upstream.sentBytes).toBeLessThan(mostBytes)
  const { report, record } = await rig.settled()
  expect(report).toMatchObject({
    status: 'cancelled',
    errorCode: 'reader_stalled',
    attempts: [{ target: rig.first, code: '200' }],
    usageSource: 'estimated',
  })
  expect(report.costUsd).toBeGreaterThan(0)
  expect(record).toMatchObject({ status: 'cancelled', cost: report.costUsd, tokens: report.usage?.total_tokens })
  expect(await rig.usedTokens()).toBe(Math.round((report.costUsd ?? 0) * 1e6))
  expect(rig.asked(secondTarget)).toEqual([])
  expect(rig.gateway.targets().filter(({ failures }) => failures > 0)).toEqual([])
  client.destroy()
  await rig.endsAsItBegan()
}
