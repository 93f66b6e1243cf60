import type { AuthRequest } from '../auth/authenticate.ts'
import { clientAddress } from './client-address.ts'

/** A request that came through proxies. The caller's address is looked for when it is asked for: most keys are good, and nobody asks. */
export class ProxiedRequest implements AuthRequest {
  readonly #request: AuthRequest
  readonly #hops: number

  constructor(request: AuthRequest, hops: number) {
    this.#request = request
    this.#hops = hops
  }

  get method(): string {
    return this.#request.method
  }

  get path(): string {
    return this.#request.path
  }

  get headers(): AuthRequest['headers'] {
    return this.#request.headers
  }

  get address(): string | undefined {
    return clientAddress(this.#request.address, this.headers['x-forwarded-for'], this.#hops)
  }
}
