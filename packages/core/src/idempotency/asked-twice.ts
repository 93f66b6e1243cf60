import { createHash } from 'node:crypto'
import type { Call } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { type CanonicalTextOptions, canonicalText } from '../wire/canonical-text.ts'

/** What tells a call from all others, and whether two of one key ask for the same. */
export interface Identity {
  /** Of the idempotency key and of whose it is: the same key of another tenant is another. */
  readonly key: string
  /** Of everything that the call asks for. */
  readonly fingerprint: string
}

const longestKey = 255
/** What a header can hold and a log can show. */
const keyForm = /^[\x20-\x7e]+$/

/** @throws {GatewayError} `invalid_request` for a key that is none */
export function identityOf(call: Call, idempotencyKey: string): Identity {
  const { context } = call
  if (idempotencyKey.length > longestKey || !keyForm.test(idempotencyKey) || idempotencyKey.trim() === '') {
    throw new GatewayError('invalid_request', keyFault(idempotencyKey), { param: 'Idempotency-Key' })
  }
  const { callerCredentials } = context
  return {
    key: `idempotency:${digest([...ownerOf(context), callerCredentials?.identity ?? null, idempotencyKey])}`,
    fingerprint: fingerprintOf(call),
  }
}

function fingerprintOf({ operation, request, context }: Call): string {
  const { pinnedProvider, wantsContext, source, askedAs } = context
  // Of a response its chat has neither all that is answered, nor that it was asked as one.
  const body = askedAs ? [askedAs] : request
  const asked = [operation, pinnedProvider ?? null, body, ...(wantsContext ? [] : ['without context'])]
  try {
    return digest(asked, { isExact: source !== undefined })
  } catch {
    // A number stands for others, too; only the bytes tell which was sent.
    return digest([
      ...asked,
      createHash('sha256')
        .update(source?.bytes ?? '')
        .digest('base64url'),
    ])
  }
}

function keyFault({ length }: string): string {
  const fault = length > longestKey ? `has ${length} characters` : 'is empty or holds what is no printable ASCII'
  return `The idempotency key ${fault}; send 1 to ${longestKey} printable ASCII characters, such as a UUID, or none.`
}

/** Of callers nobody knows all are one; but none over the door is the host itself. */
function ownerOf({ principal, origin }: Call['context']): readonly string[] {
  return principal ? ['tenant', principal.tenant] : ['nobody', origin]
}

function digest(value: readonly unknown[], options?: CanonicalTextOptions): string {
  return createHash('sha256').update(canonicalText(value, options)).digest('base64url')
}

/** One key may not stand for two requests: which of the two answers would it be? */
export function keyReused(): GatewayError {
  return new GatewayError(
    'idempotency_key_reused',
    'This idempotency key was sent before with another request: another body, operation, provider or `x-modelgate-context`. Send each request with a key of its own.',
    { param: 'Idempotency-Key' },
  )
}
