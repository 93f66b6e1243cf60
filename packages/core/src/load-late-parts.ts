import { loadSchemas } from './wire/validate-request.ts'

let isBegun = false

/**
 * Loads what is otherwise loaded with the first call that needs it: the schemas of requests, and what `features.ts` names. For a server, which has
 * the time: in a process that is out of file descriptors that call would fail, and with Node 22, which keeps what an import failed of, every later
 * one. What could not be loaded, such a call tells. Once a process: a
 * host may mount a gateway for each request.
 */
export function loadLateParts(): void {
  if (isBegun) return
  isBegun = true
  void Promise.allSettled([import('./features.ts'), loadSchemas()])
}
