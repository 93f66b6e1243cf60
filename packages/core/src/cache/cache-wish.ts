import { GatewayError } from '../errors.ts'

/** How a caller names what it wants of the cache. */
export type CacheMode = 'on' | 'off' | 'refresh'

/** What a caller wants of the cache. */
export interface CacheWish {
  /** Whether its answer is to be kept though its route does not say so. */
  readonly isOn: boolean
  /** Whether it takes an answer that was given before. */
  readonly reads: boolean
  /** Whether its own may be kept. */
  readonly stores: boolean
  /** How old an answer may be, in milliseconds. */
  readonly maxAgeMs: number | undefined
}

const header = 'x-modelgate-cache'

/** @throws {GatewayError} `invalid_request` for what is no mode */
export function cacheWishOfMode(mode: string): CacheWish {
  const name = mode.trim().toLowerCase()
  if (name !== 'on' && name !== 'off' && name !== 'refresh') {
    const got = JSON.stringify(mode.slice(0, 32))
    throw new GatewayError('invalid_request', `${header}: must be 'on', 'off' or 'refresh', got ${got}.`)
  }
  return { isOn: name !== 'off', reads: name === 'on', stores: name !== 'off', maxAgeMs: undefined }
}

/**
 * What a request's headers say of the cache: `x-modelgate-cache`, and of `cache-control` the directives `no-store` (nothing is read or
 * kept), `no-cache` (nothing is read) and `max-age`. `undefined` where they say nothing.
 * @throws {GatewayError} `invalid_request` for an `x-modelgate-cache` that is none
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1
 */
export function cacheWishOf(headers: Readonly<Record<string, string | undefined>>): CacheWish | undefined {
  const { [header]: mode, 'cache-control': control } = headers
  const ours = mode === undefined ? undefined : cacheWishOfMode(mode)
  if (control === undefined) return ours
  const directives = directivesOf(control)
  const mayStore = !directives.has('no-store')
  return {
    isOn: ours?.isOn ?? false,
    reads: (ours?.reads ?? true) && mayStore && !directives.has('no-cache'),
    stores: (ours?.stores ?? true) && mayStore,
    maxAgeMs: directives.has('max-age') ? secondsOf(directives.get('max-age')) * 1_000 : undefined,
  }
}

function directivesOf(control: string): ReadonlyMap<string, string | undefined> {
  const directives = new Map<string, string | undefined>()
  for (const part of control.split(',')) {
    const [name = '', value] = part.split('=')
    directives.set(name.trim().toLowerCase(), value?.trim())
  }
  return directives
}

/** A number that is none asks for a fresh answer, as the RFC advises. */
function secondsOf(text: string | undefined): number {
  const digits = /^"?(\d{1,10})"?$/.exec(text ?? '')?.[1]
  return digits === undefined ? 0 : Number(digits)
}
