import type { Call, Operation, Operations } from '../contract.ts'
import { createCall, type NewCall } from '../create-call.ts'

/** A call as a provider or a layer gets it, with a context of its own: for tests that need no gateway. */
export function testCall<O extends Operation>(
  operation: O,
  request: Operations[O]['request'],
  overrides: Partial<Omit<NewCall<O>, 'operation' | 'request'>> = {},
): Call<O> {
  return createCall<O>({ callId: 'call-1', origin: 'process', deadlineMs: 60_000, ...overrides, operation, request })
}
