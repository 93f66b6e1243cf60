import { abandonResult } from './abandon-result.ts'
import type { Result } from './contract.ts'
import type { ChatCompletion } from './wire/chat-completion.ts'

/**
 * The answer to a chat that asked for no stream.
 * @throws {TypeError} for a stream, as a provider or a layer may give it; it is closed, since it would hold what was reserved for it until its deadline
 */
export function wholeAnswer(result: Result<'chat'>): ChatCompletion {
  if (result.kind === 'completion') return result.completion.value
  void abandonResult(result)
  throw new TypeError('The provider answered a chat with a stream.')
}
