import { loadSchemas } from './wire/validate-request.ts'

let isBegun = false

/**
 * Loads early what is otherwise loaded by the first call that needs it: the schemas of requests, and what `features.ts` names. Servers do
 * so because an import fails in a process that has run out of file descriptors, and Node 22 remembers the failure: every later call would
 * fail, too. A failure here is not reported; the first call that needs the part reports it. Does its work once a process, since a host may
 * mount a gateway for each request.
 */
export function loadLateParts(): void {
  if (isBegun) return
  isBegun = true
  void Promise.allSettled([import('./features.ts'), loadSchemas()])
}
