import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../src/index.ts'
import { bedrockClient, SONNET_45, userText } from './clients.ts'
import { fileSimulator } from './file-simulator.ts'

const simulator = await fileSimulator()

interface Ending {
  readonly answered: boolean
  readonly text: string
  readonly code: number
  readonly failed: boolean
  readonly connectionLost: boolean
}

/** One request over HTTP/2, with how its stream ended. */
function ask(fault?: Fault, content = 'Count to 6'): Promise<Ending> {
  simulator.setFaults(fault ? [{ fault }] : [])
  const session = connect(simulator.url)
  const stream = session.request({
    ':method': 'POST',
    ':path': '/v1/chat/completions',
    authorization: `Bearer ${simulator.openaiKey}`,
  })
  stream.end(JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content }] }))
  let [answered, failed, connectionLost] = [false, false, false]
  const bytes: Buffer[] = []
  stream.on('response', () => {
    answered = true
  })
  session.on('error', () => undefined)
  session.on('close', () => {
    connectionLost = true
  })
  stream.on('data', (chunk: Buffer) => bytes.push(chunk))
  stream.on('error', () => {
    failed = true
  })
  return new Promise(resolve => {
    stream.on('close', () => {
      setTimeout(() => {
        const text = Buffer.concat(bytes).toString()
        resolve({ answered, text, code: stream.rstCode, failed, connectionLost })
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

  it('a reset before the head leaves the connection, a close before it does not', async () => {
    const reset = await ask({ kind: 'reset-before-head' })
    expect(reset).toMatchObject({ answered: false, code: constants.NGHTTP2_INTERNAL_ERROR, connectionLost: false })
    const closed = await ask({ kind: 'close-before-head' })
    expect(closed).toMatchObject({ answered: false, connectionLost: true })
  })

  it('a connection may be closed as it is made', async () => {
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'close-on-accept' } }])
    const session = connect(simulator.url)
    session.on('error', () => undefined)
    await once(session, 'close')
    expect((await ask()).text).toContain('[DONE]')
  })

  it('a slow head and torn characters change nothing of the answer', async () => {
    const content = 'Say exactly: ä日🎉'
    const { text } = await ask({ kind: 'slow-head', ms: 20 }, content)
    const contents = (answer: string) => answer.match(/"content":"[^"]*"/g)
    expect(contents(text)).toEqual(['"content":""', '"content":"ä日🎉"'])
    expect(contents((await ask({ kind: 'split-utf8' }, content)).text)).toEqual(contents(text))
  })

  it('a client that leaves during a slow head is noticed', async () => {
    simulator.setFaults([{ fault: { kind: 'slow-head', ms: 60_000 } }])
    const session = connect(simulator.url)
    session.on('error', () => undefined)
    const stream = session.request({ ':path': '/v1/models', authorization: `Bearer ${simulator.openaiKey}` })
    stream.on('error', () => undefined)
    let answered = false
    stream.on('response', () => {
      answered = true
    })
    const seen = await simulator.waitFor(request => request.operation === 'models')
    // Whatever was sent before comes before the answer to this.
    await new Promise(resolve => session.ping(resolve))
    expect(answered).toBe(false)
    session.destroy()
    await simulator.waitFor(request => request === seen && request.outcome === 'closed-by-client')
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
