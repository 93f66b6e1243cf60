import type { Call } from './contract.ts'

/** Whether a call is a chat. */
export function isChat(call: Call): call is Call<'chat'> {
  return call.operation === 'chat'
}
