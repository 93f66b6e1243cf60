import type { CallController } from '../call-controller.ts'
import { abortError } from '../errors.ts'

/**
 * What is waited for, for as long as its caller is there and its time is not over: some never come.
 * @throws {GatewayError} why the controller was aborted
 */
export async function unlessAborted<T>(waited: PromiseLike<T>, controller: CallController): Promise<T> {
  const { signal } = controller
  const { promise: over, reject } = Promise.withResolvers<never>()
  const listener = { handleEvent: () => reject(abortError(signal)) }
  if (signal.aborted) listener.handleEvent()
  else controller.listen(listener)
  try {
    return await Promise.race([waited, over])
  } finally {
    controller.unlisten(listener)
  }
}
