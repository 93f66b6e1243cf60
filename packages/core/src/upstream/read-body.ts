import { GatewayError } from '../errors.ts'
import type { UpstreamBody } from './transport.ts'

/** Answers are held whole only up to here: an upstream gone mad must not take the process with it. */
const maxAnswerBytes = 64 * 1024 * 1024

/**
 * The whole body of an upstream answer, at once where it is there.
 * @throws {GatewayError} `upstream_bad_response` past the limit; whatever the body throws.
 */
export function readBody(body: UpstreamBody, limitBytes: number = maxAnswerBytes): Uint8Array | Promise<Uint8Array> {
  if (!body.whole) return readByRead(body, limitBytes)
  const whole = body.whole(limitBytes)
  return whole instanceof Uint8Array
    ? whole
    : Promise.resolve(whole).then(bytes => bytes ?? Promise.reject(tooLarge(limitBytes)))
}

async function readByRead(body: UpstreamBody, limitBytes: number): Promise<Uint8Array> {
  const reads: Uint8Array[] = []
  let length = 0
  for (;;) {
    const step = await body.next()
    if (step.done) break
    length += step.value.length
    if (length > limitBytes) {
      await body.return?.()
      throw tooLarge(limitBytes)
    }
    reads.push(step.value)
  }
  return reads.length === 1 && reads[0] ? reads[0] : Buffer.concat(reads, length)
}

function tooLarge(limitBytes: number): GatewayError {
  return new GatewayError('upstream_bad_response', `The upstream's answer is larger than ${limitBytes} bytes.`)
}
