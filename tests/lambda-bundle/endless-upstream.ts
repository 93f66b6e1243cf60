import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { eventFrame } from '../../packages/simulator/src/bedrock/event-frame.ts'
import { createRandom } from '../../packages/simulator/src/random.ts'

/** The text of each frame: large, so that the sockets on the way are soon full. */
export const frameText = 'w'.repeat(16_384)

/** Bedrock with a model that talks until it is told to end, as fast as it is read. */
export interface EndlessUpstream extends AsyncDisposable {
  readonly url: string
  /** Frames of text that its connection took so far. */
  readonly written: () => number
  /** Lets the answer come to its end. */
  readonly finish: () => void
}

export async function startEndlessUpstream(): Promise<EndlessUpstream> {
  const random = createRandom(1)
  const state = { written: 0, isFinished: false }
  const frame = (type: string, payload: object): Uint8Array => eventFrame(type, payload, random)

  async function talk(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
    response.write(frame('messageStart', { role: 'assistant' }))
    const text = frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: frameText } })
    while (!state.isFinished && !response.destroyed) {
      const hasRoom = response.write(text)
      state.written += 1
      await (hasRoom ? turn() : Promise.race([once(response, 'drain'), once(response, 'close')]))
    }
    response.write(frame('contentBlockStop', { contentBlockIndex: 0 }))
    response.write(frame('messageStop', { stopReason: 'end_turn' }))
    const usage = { inputTokens: 1, outputTokens: state.written, totalTokens: state.written + 1 }
    response.end(frame('metadata', { usage, metrics: { latencyMs: 1 } }))
  }

  const server = http.createServer((request, response) => {
    request.resume()
    void talk(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    written: () => state.written,
    finish: () => {
      state.isFinished = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
