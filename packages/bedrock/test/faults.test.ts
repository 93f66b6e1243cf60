import type { Fault } from '@modelgate/simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aChat, aRig, cutOf, type Rig } from './a-call.ts'
import { brokenStreams, exception } from './broken-streams.ts'

let rig: Rig
beforeAll(async () => {
  rig = await aRig({}, { chunking: 'random', seed: 7 })
})
beforeEach(() => rig.simulator.reset())
afterAll(() => rig[Symbol.asyncDispose]())

async function stream(fault: Fault) {
  rig.simulator.setFaults([{ fault }])
  const result = await rig.chat(aChat({ stream: true }))
  const { chunks, error } = await cutOf(result)
  return { chunks, error, outcome: await result.settled }
}

describe('a stream that fails never ends cleanly', () => {
  it.each(brokenStreams)('%s', async (_name, fault, code) => {
    const { chunks, error, outcome } = await stream(fault)
    expect(error).toMatchObject({ code })
    expect(outcome).toMatchObject({ status: 'failed', error: { code } })
    expect(chunks.every(chunk => chunk.choices.every(choice => choice.finish_reason === null))).toBe(true)
  })

  it('gives what came before the failure', async () => {
    const { chunks } = await stream(exception('throttlingException', 3))
    expect(chunks.filter(chunk => chunk.choices[0]?.delta.content)).toHaveLength(3)
  })

  it('closes the upstream after a wrong checksum', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'absurd-length' } }])
    await cutOf(await rig.chat(aChat({ stream: true })))
    await rig.simulator.settled()
    expect(rig.simulator.requests()[0]?.outcome).not.toBe('open')
  })

  it('fails at a page of HTML with status 200', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'html', status: 200 } }])
    const { error } = await cutOf(await rig.chat(aChat({ stream: true })))
    expect(error).toMatchObject({ code: 'upstream_bad_response' })
  })
})

describe('a completion that fails', () => {
  it.each<[string, Fault, string]>([
    ['a page of HTML with status 200', { kind: 'html', status: 200 }, 'upstream_bad_response'],
    ['a redirect', { kind: 'redirect', location: 'http://169.254.169.254/' }, 'upstream_bad_response'],
    ['a cut inside its body', { kind: 'cut', atByte: 20 }, 'stream_interrupted'],
    ['a reset before its head', { kind: 'reset', afterFrames: 0 }, 'stream_interrupted'],
  ])('%s', async (_name, fault, code) => {
    rig.simulator.setFaults([{ fault }])
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code })
  })

  it('is not retried here', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 503 } }])
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(rig.simulator.requests()).toHaveLength(1)
  })

  it('because nobody listens is unavailable', async () => {
    await using other = await aRig({ endpoint: 'http://127.0.0.1:9' })
    await expect(other.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_unavailable', retryable: true })
  })
})
