import { toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { albEvent, functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import { type CallReport, createGateway } from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
import { chatRequest } from './chat-request.ts'
import { gatewayWithFiles } from './support/gateway-with-files.ts'

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }
const asked = { path: '/v1/files/file-1/content' }
const piece = Buffer.alloc(100_000, 'x')

/** A gateway that keeps one file, of as many pieces as `lengthPieces` says. `breaksAfter` pieces its store fails. */
function keeping({ lengthPieces, breaksAfter = Number.POSITIVE_INFINITY }: Kept) {
  const seen = { read: 0, left: 0 }
  async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (; seen.read < lengthPieces; seen.read += 1) {
        if (seen.read === breaksAfter) throw new Error('The store is gone.')
        yield piece
      }
    } finally {
      seen.left += 1
    }
  }
  const gateway = gatewayWithFiles({
    content: () => Promise.resolve({ length: lengthPieces * piece.length, bytes: bytes() }),
  })
  return { gateway, seen }
}

interface Kept {
  readonly lengthPieces: number
  readonly breaksAfter?: number
}

describe('a file that is read through a function', () => {
  it('comes whole where it fits', async () => {
    const { gateway } = keeping({ lengthPieces: 9 })
    const { statusCode, body } = await toLambdaHandler(gateway)(functionUrlEvent(asked), context)
    expect([statusCode, body.length]).toEqual([200, 900_000])
  })

  it.each([
    ['an Application Load Balancer', albEvent(asked), 20],
    ['a function URL', functionUrlEvent(asked), 100],
  ])('is told to be too large for %s before it is read', async (_front, event, lengthPieces) => {
    const { gateway, seen } = keeping({ lengthPieces })
    const { statusCode, body } = await toLambdaHandler(gateway)(event, context)
    expect([statusCode, JSON.parse(body).error.code]).toEqual([502, 'answer_too_large'])
    expect(body).toContain(`${lengthPieces * piece.length} bytes`)
    expect(seen.read).toBeLessThanOrEqual(1)
    expect(seen.left).toBe(1)
  })

  it('is an error and no shorter file where its store fails midway, answered whole', async () => {
    const { gateway } = keeping({ lengthPieces: 5, breaksAfter: 2 })
    const { statusCode, body } = await toLambdaHandler(gateway)(functionUrlEvent(asked), context)
    expect([statusCode, JSON.parse(body).error.code]).toEqual([500, 'internal'])
  })

  it('is broken off where its store fails midway, streamed', async () => {
    using shim = installLambdaShim()
    const { gateway } = keeping({ lengthPieces: 5, breaksAfter: 2 })
    const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(asked))
    expect((await call.prelude).statusCode).toBe(200)
    await expect(call.text()).rejects.toThrow()
  })
})

it('a stream that outgrows what its taker takes is stopped, and told to be too large', async () => {
  const reports: CallReport[] = []
  const provider = scriptedProvider('scripted', Array<string>(30).fill('x'.repeat(100_000)))
  const gateway = createGateway({ providers: [provider], auth: 'none', onReport: report => void reports.push(report) })
  const event = albEvent(chatRequest())
  const { statusCode, body } = await toLambdaHandler(gateway)(event, context)
  expect([statusCode, JSON.parse(body).error.code]).toEqual([502, 'answer_too_large'])
  expect(body).toContain('more than 1000000 bytes')
  expect(reports).toMatchObject([{ status: 'failed', errorCode: 'answer_too_large' }])
  expect(reports[0]?.usage?.completion_tokens).toBeLessThan(600_000)
})
