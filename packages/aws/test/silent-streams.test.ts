import { setImmediate as turn } from 'node:timers/promises'
import { type BufferedHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { type CallReport, createGateway, GatewayError } from '@modelgate/core'
import { type ScriptedProvider, type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const comment = ': keep-alive\n\n'
const second = 1_000

async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

/** Until the call has reached its target: its silence begins before it. */
async function reached({ calls }: ScriptedProvider): Promise<void> {
  while (calls.length === 0) await turn()
}

function scripted(steps: readonly ScriptStep[]) {
  const reports: CallReport[] = []
  const provider = scriptedProvider('scripted', steps)
  const onReport = (report: CallReport): void => void reports.push(report)
  return { provider, reports, gateway: createGateway({ providers: [provider], auth: 'none', onReport }) }
}

const patient = { remainingMs: 900 * second }

it('a silent stream has its prelude after 10 s and a comment every 15 s, and is whole in the end', async () => {
  using shim = installLambdaShim()
  const thought = Promise.withResolvers<void>()
  const { gateway, provider } = scripted([thought.promise, 'Hello'])
  const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()), patient)
  await reached(provider)
  let begun = false
  void call.prelude.then(() => {
    begun = true
  })
  await pass(9 * second)
  expect(begun).toBe(false)
  await pass(1 * second)
  const { statusCode, headers } = await call.prelude
  expect(statusCode).toBe(200)
  expect(headers['x-modelgate-attempts']).toBeUndefined()
  await pass(30 * second)
  thought.resolve()
  const body = await call.text()
  await call.returned
  expect(body.startsWith(comment.repeat(3))).toBe(true)
  expect(readStory(body)).toEqual({ text: 'Hello', finishReason: 'stop', error: undefined, done: true })
})

it('a reader that takes nothing has its upstream stopped after 60 s, and the function returns', async () => {
  using shim = installLambdaShim()
  const words = Array.from({ length: 500 }, () => 'word '.repeat(200))
  const { gateway, provider, reports } = scripted(words)
  const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()), patient)
  await call.prelude
  // Until its buffers are full.
  for (let turns = 0; turns < 200; turns += 1) await turn()
  await pass(59 * second)
  expect(provider.closed).toBe(0)
  await pass(2 * second)
  await call.returned
  expect(provider.closed).toBe(1)
  expect(reports).toMatchObject([{ status: 'cancelled', errorCode: 'reader_stalled' }])
  expect(readStory(await call.text())).toMatchObject({ finishReason: undefined, done: false })
})

it('a buffered answer keeps its true status, however late, and has no comments', async () => {
  const thought = Promise.withResolvers<void>()
  const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => patient.remainingMs }
  const answerOf = async (last: ScriptStep) => {
    const { gateway, provider } = scripted([thought.promise, last])
    const answer = (toLambdaStreamHandler(gateway) as BufferedHandler)(functionUrlEvent(chatRequest()), context)
    await reached(provider)
    await pass(60 * second)
    thought.resolve()
    return answer
  }
  expect((await answerOf(new GatewayError('upstream_unavailable', 'Gone.'))).statusCode).toBe(503)
  const { statusCode, body } = await answerOf('Hello')
  expect(statusCode).toBe(200)
  expect(body).not.toContain(comment)
})
