import { abortError, type GatewayError } from '../errors.ts'
import { brokenAnswer } from './connection-error.ts'
import type { UpstreamBody, UpstreamResponse } from './transport.ts'

/** What every `fetch` decodes by itself. The header then still says how the body had come, and not what it is. */
const decodedEncodings: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br'])

/**
 * An answer of `fetch`, whoever made it, as transports give it. An abort of `signal` closes it, also where its `fetch` was given
 * another signal or none.
 */
export function fromFetchResponse(response: Response, signal: AbortSignal): UpstreamResponse {
  return { status: response.status, headers: headersOf(response), body: bodyOf(response.body, signal) }
}

function headersOf(response: Response): Record<string, string> {
  const headers = Object.fromEntries(response.headers)
  const encodings = headers['content-encoding']?.toLowerCase().split(',') ?? []
  if (encodings.length > 0 && encodings.every(encoding => decodedEncodings.has(encoding.trim()))) {
    delete headers['content-encoding']
    // It counts the bytes as they had come.
    delete headers['content-length']
  }
  return headers
}

const over = { done: true, value: undefined } as const

/** Reads by pull. The signal is let go at the end: an abort after it must not touch a connection that others use again. */
function bodyOf(stream: Response['body'], signal: AbortSignal): UpstreamBody {
  const reader = stream?.getReader()
  let isOver = false
  let failure: GatewayError | undefined

  async function cancel(): Promise<void> {
    try {
      await reader?.cancel()
    } catch {
      // It broke before; its reader was told why.
    }
  }
  // A read that waits ends with this, whether or not the stream minds the signal.
  const onAbort = (): void => void cancel()
  function end(error?: GatewayError): void {
    isOver = true
    failure = error
    signal.removeEventListener('abort', onAbort)
  }
  async function read(): Promise<Uint8Array | undefined> {
    try {
      const step = await reader?.read()
      if (step?.value) return step.value
      end(signal.aborted ? abortError(signal) : undefined)
    } catch (cause) {
      end(signal.aborted ? abortError(signal) : brokenAnswer(cause))
    }
    return undefined
  }
  if (signal.aborted) onAbort()
  else if (reader) signal.addEventListener('abort', onAbort, { once: true })

  return {
    async next() {
      const value = isOver ? undefined : await read()
      if (value) return { done: false, value }
      if (failure) throw failure
      return over
    },
    async return() {
      end()
      await cancel()
      return over
    },
  }
}
