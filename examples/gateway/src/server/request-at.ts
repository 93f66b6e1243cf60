import type { DoorRequest } from '@modelgate/core'

/** The same request at another path: the gateway's own name for what the app serves under several. */
export class RequestAt implements DoorRequest {
  readonly path: string
  private readonly request: DoorRequest

  constructor(request: DoorRequest, path: string) {
    this.request = request
    this.path = path
  }

  get method(): string {
    return this.request.method
  }

  get headers(): DoorRequest['headers'] {
    return this.request.headers
  }

  get address(): string | undefined {
    return this.request.address
  }

  get doubled(): readonly string[] | undefined {
    return this.request.doubled
  }

  get parsedBody(): unknown {
    return this.request.parsedBody
  }

  get bodyCap(): DoorRequest['bodyCap'] {
    return this.request.bodyCap
  }

  get controller(): DoorRequest['controller'] {
    return this.request.controller
  }

  get waitUntil(): DoorRequest['waitUntil'] {
    return this.request.waitUntil
  }

  get flushMs(): number | undefined {
    return this.request.flushMs
  }

  principal(): ReturnType<NonNullable<DoorRequest['principal']>> {
    return this.request.principal?.()
  }

  /** Absent where the front has the body whole. */
  get streamBody(): DoorRequest['streamBody'] {
    const { streamBody } = this.request
    return streamBody && (() => streamBody.call(this.request))
  }

  readBody(limitBytes: number): Uint8Array | Promise<Uint8Array> {
    return this.request.readBody(limitBytes)
  }
}
