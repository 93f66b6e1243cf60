import { type BufferedHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent } from '@modelgate/aws/lambda/testing'
import { createGateway, GatewayError } from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

function bufferedHandler(...script: readonly (readonly ScriptStep[])[]): BufferedHandler {
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ...script)], auth: 'none' })
  return toLambdaStreamHandler(gateway) as BufferedHandler
}

describe('where the runtime cannot stream', () => {
  it('the handler answers a stream whole', async () => {
    const result = await bufferedHandler(['Hel', 'lo'])(functionUrlEvent(chatRequest()), context)
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: false })
    expect(result.headers?.['x-request-id']).toBe('r-1')
    expect(readStory(result.body)).toMatchObject({ text: 'Hello', done: true })
  })

  it('the handler answers a completion and an error with their own status', async () => {
    const full = new GatewayError('upstream_rate_limited', 'Too many.')
    const handler = bufferedHandler(['Hello'], [full])
    const event = functionUrlEvent(chatRequest({ stream: false }))
    const completion = await handler(event, context)
    expect(completion.statusCode).toBe(200)
    expect(completion.headers?.['content-length']).toBeUndefined()
    expect(JSON.parse(completion.body)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] })
    expect((await handler(event, context)).statusCode).toBe(429)
  })

  it('the handler is not misled by the AWS SDK, which leaves an empty `awslambda` wherever it is loaded', async () => {
    vi.stubGlobal('awslambda', { InvokeStore: {} })
    expect((await bufferedHandler(['Hello'])(functionUrlEvent(chatRequest()), context)).statusCode).toBe(200)
    vi.unstubAllGlobals()
  })

  it('the handler takes two parameters, for Node 24 on Lambda refuses a third', () => {
    expect(bufferedHandler([])).toHaveLength(2)
  })

  it('Lambda’s log says so; elsewhere nothing is said', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    bufferedHandler([])
    expect(warned).not.toHaveBeenCalled()
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001')
    bufferedHandler([])
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA'))
  })
})
