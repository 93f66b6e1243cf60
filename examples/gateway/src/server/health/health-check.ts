/** A part of the app that can be asked whether it works. */
export interface HealthCheck {
  /** What the part is for: all that is said of it to whoever has no key. */
  readonly component: 'keys' | 'limits' | 'requestLog' | 'context'
  /** What it is, as `redis`. No host and no table. */
  readonly name: string
  /** Resolves where it works. Its rejections are not shown to anybody. */
  readonly check: () => Promise<unknown>
  /** Milliseconds before it is to be asked again, where asking costs something. */
  readonly everyMs?: number | undefined
}

/** Of what is in this process's memory. */
export function memoryCheck(component: HealthCheck['component']): HealthCheck {
  return { component, name: 'memory', check: async () => undefined }
}
