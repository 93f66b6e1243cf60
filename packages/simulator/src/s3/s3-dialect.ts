import { type Random, randomName } from '../random.ts'
import { type Dialect, type Failure, wholeScript } from '../script.ts'

/** S3's code for a status, with the words it usually comes with. */
const DEFAULTS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['InvalidRequest', 'Invalid request.'],
  403: ['AccessDenied', 'Access Denied'],
  404: ['NoSuchKey', 'The specified key does not exist.'],
  412: ['PreconditionFailed', 'At least one of the pre-conditions you specified did not hold'],
  500: ['InternalError', 'We encountered an internal error. Please try again.'],
  503: ['SlowDown', 'Please reduce your request rate.'],
}

/** S3's words for failures: XML with a code. */
export function s3Dialect(random: Random): Dialect {
  const nothing = new Uint8Array()
  return {
    failure(failure: Failure) {
      const [code, message] = DEFAULTS[failure.status] ?? ['InternalError', 'Internal error.']
      const requestId = randomName(random, 16).toUpperCase()
      const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId, ...failure.headers }
      const text = `${XML}<Error><Code>${escapeXml(failure.type ?? code)}</Code><Message>${escapeXml(failure.message ?? message)}</Message><RequestId>${requestId}</RequestId></Error>`
      return wholeScript(this, { status: failure.status, headers, text })
    },
    // S3 has no streams of events: a fault of that kind leaves its answers as they are.
    exceptionFrame: () => nothing,
    unknownFrame: () => nothing,
    corrupt: frame => frame,
  }
}

/** How S3's documents begin. */
export const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Text as an element may hold it. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, character => `&#${character.charCodeAt(0)};`)
}
