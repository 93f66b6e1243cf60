import { connect, constants } from 'node:http2'
import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fault, type Simulator, startSimulator } from '../src/index.ts'
import { bedrockClient, SONNET_45, userText } from './clients.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

/** One request over HTTP/2, with how its stream ended. */
function ask(fault?: Fault): Promise<{ text: string; code: number; failed: boolean; connectionLost: boolean }> {
  simulator.setFaults(fault ? [{ fault }] : [])
  const session = connect(simulator.url)
  const stream = session.request({
    ':method': 'POST',
    ':path': '/v1/chat/completions',
    authorization: `Bearer ${simulator.openaiKey}`,
  })
  stream.end(JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Count to 6' }] }))
  let [text, failed, connectionLost] = ['', false, false]
  session.on('error', () => undefined)
  session.on('close', () => {
    connectionLost = true
  })
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  stream.on('error', () => {
    failed = true
  })
  return new Promise(resolve => {
    stream.on('close', () => {
      setTimeout(() => {
        resolve({ text, code: stream.rstCode, failed, connectionLost })
        session.destroy()
      }, 20)
    })
  })
}

describe('over HTTP/2', () => {
  it('a stream ends cleanly when nothing is wrong', async () => {
    const { text, code, failed } = await ask()
    expect([text.endsWith('data: [DONE]\n\n'), code, failed]).toEqual([true, constants.NGHTTP2_NO_ERROR, false])
  })

  it('a reset strikes the stream and leaves the connection', async () => {
    const { text, code, connectionLost } = await ask({ kind: 'reset', afterFrames: 2 })
    expect(text.match(/"content":"[^"]/g)).toHaveLength(2)
    expect([code, connectionLost]).toEqual([constants.NGHTTP2_INTERNAL_ERROR, false])
  })

  it('a cut takes the connection down after exactly so many bytes', async () => {
    const { text, connectionLost } = await ask({ kind: 'cut', atByte: 40 })
    expect([text.length, connectionLost]).toEqual([40, true])
    await simulator.settled()
    expect(simulator.requests().at(-1)?.outcome).toBe('cut')
  })

  it('a client of the AWS SDK that gives up is noticed', async () => {
    simulator.setFaults([{ fault: { kind: 'stall', afterFrames: 1 } }])
    const client = bedrockClient(simulator, 'http2')
    const control = new AbortController()
    const command = new ConverseStreamCommand({ modelId: SONNET_45, messages: [userText('Count to 9')] })
    await client.send(command, { abortSignal: control.signal })
    const seen = simulator.requests().at(-1)
    expect(seen).toMatchObject({ operation: 'converse-stream', outcome: 'open', status: 200 })
    control.abort()
    client.destroy()
    await simulator.waitFor(request => request === seen && request.outcome === 'closed-by-client')
  })
})
