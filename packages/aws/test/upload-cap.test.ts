import { toLambdaHandler } from '@modelgate/aws/lambda'
import { albEvent, functionUrlEvent, restApiEvent } from '@modelgate/aws/lambda/testing'
import { describe, expect, it } from 'vitest'
import { gatewayWithFiles } from './support/gateway-with-files.ts'

const gateway = gatewayWithFiles({
  async createFile({ filename, lines }) {
    let bytes = 0
    for await (const line of lines) bytes += line.bytes.length
    return { id: 'file-1', object: 'file', bytes, created_at: 1, filename, purpose: 'batch', status: 'processed' }
  },
})
const handler = toLambdaHandler(gateway)
const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

function uploadOf(bytes: number) {
  const messages = [{ role: 'user', content: 'x'.repeat(bytes) }]
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'scripted/m', messages } }
  const body = Buffer.from(
    `--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${JSON.stringify(line)}\r\n--x--\r\n`,
  )
  const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(body.length) }
  return { path: '/v1/files', headers, body }
}

describe('an upload to a function', () => {
  it.each([
    ['an Application Load Balancer', albEvent],
    ['a REST API', restApiEvent],
    ['a function URL', functionUrlEvent],
  ])('behind %s is taken where it fits', async (_front, event) => {
    const { statusCode, body } = await handler(event(uploadOf(10_000)), context)
    expect({ statusCode, body: JSON.parse(body) }).toMatchObject({
      statusCode: 200,
      body: { id: 'file-1', filename: 'a' },
    })
  })

  it.each([
    [
      'an Application Load Balancer',
      albEvent,
      1_200_000,
      /1000000 bytes that an Application Load Balancer hands to a function/,
    ],
    [
      'a REST API',
      restApiEvent,
      5_000_000,
      /4500000 bytes that a Lambda function can be handed: .* whatever API Gateway/,
    ],
    ['a function URL', functionUrlEvent, 5_000_000, /4500000 bytes that a Lambda function can be handed/],
  ])('behind %s is refused by a 413 that says what is in the way', async (_front, event, bytes, words) => {
    const { statusCode, body } = await handler(event(uploadOf(bytes)), context)
    expect(statusCode).toBe(413)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'request_too_large', param: 'file', message: expect.stringMatching(words) },
    })
  })
})
