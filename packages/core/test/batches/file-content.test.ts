import { describe, expect, it, vi } from 'vitest'
import {
  type BatchProvider,
  CallController,
  type CallReport,
  createGateway,
  GatewayError,
  type Sink,
} from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

const unasked = (): Promise<never> => Promise.reject(new Error('Nobody should ask this.'))
const piece = Buffer.from('{"custom_id":"a"}\n')

/** A file that goes on for ever, or to where its reading fails, asked for through the door. */
function reading(sink: Partial<Sink>, controller = new CallController(), failure?: Error) {
  const seen = { left: 0, cut: [] as string[], ended: 0, reports: [] as CallReport[], errors: [] as unknown[] }
  async function* bytes(): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield piece
      if (failure) throw failure
      for (;;) yield piece
    } finally {
      seen.left += 1
    }
  }
  const batches: BatchProvider = {
    provider: 'us',
    owns: () => true,
    createFile: unasked,
    file: unasked,
    files: unasked,
    deleteFile: unasked,
    content: () => Promise.resolve({ length: 1_000_000, bytes: bytes() }),
    createBatch: unasked,
    batch: unasked,
    batches: unasked,
    cancelBatch: unasked,
  }
  const { door } = createGateway({
    providers: [scriptedProvider('us')],
    auth: 'none',
    batches: { providers: [batches] },
    onReport: report => void seen.reports.push(report),
    onError: error => void seen.errors.push(error),
  })
  const answered = door.handle(
    {
      method: 'GET',
      path: '/v1/files/file-1/content',
      headers: {},
      address: '192.0.2.1',
      controller,
      readBody: () => Buffer.alloc(0),
    },
    {
      head: () => {},
      write: () => true,
      drained: () => Promise.resolve(),
      end() {
        seen.ended += 1
      },
      cut: error => void seen.cut.push(error.message),
      ...sink,
    },
  )
  return { seen, controller, answered }
}

const late = new GatewayError('timeout_total', 'Its time is over.')

describe('a file on its way to its reader', () => {
  it('is cut when the time is over, though its reader takes nothing', async () => {
    const { promise: isWaiting, resolve } = Promise.withResolvers<void>()
    const drained = (): Promise<void> => {
      resolve()
      return new Promise(() => {})
    }
    const { seen, controller, answered } = reading({ write: () => false, drained })
    await isWaiting
    controller.abort(late)
    await answered
    expect(seen).toMatchObject({ left: 1, cut: [late.message], ended: 0, reports: [{ errorCode: 'timeout_total' }] })
    expect(seen.errors).toEqual([])
  })

  it('is cut when the time is over between two writes', async () => {
    const controller = new CallController()
    let writes = 0
    const write = (): boolean => {
      writes += 1
      if (writes === 3) controller.abort(late)
      return true
    }
    const { seen, answered } = reading({ write }, controller)
    await answered
    expect(seen).toMatchObject({ left: 1, cut: [late.message], ended: 0 })
  })

  it.each([
    ['upstream_unavailable', new GatewayError('upstream_unavailable', 'Its bucket is down.'), 0],
    ['internal', new TypeError('a fault of ours'), 1],
  ])('is cut where its reading fails, and who should know is told: %s', async (errorCode, failure, told) => {
    const { seen, answered } = reading({}, new CallController(), failure)
    await answered
    await vi.waitFor(() => expect(seen.reports).toMatchObject([{ status: 'failed', errorCode }]))
    expect([seen.left, seen.cut.length, seen.ended]).toEqual([1, 1, 0])
    expect(seen.errors).toEqual(told ? [failure] : [])
  })

  it('is read no further where its head cannot be sent', async () => {
    const { seen, answered } = reading({
      head() {
        throw new TypeError('The host has answered.')
      },
    })
    await answered
    expect(seen).toMatchObject({ left: 1, reports: [{ status: 'cancelled' }] })
  })
})
