import type { Call } from '@modelgate/core'

/**
 * Whether a call is to get context. `query` is what its last user turn says: one line, without invisible characters, at most 512
 * characters. Called on every chat: it answers at once, from these alone.
 */
export type ContextPredicate = (query: string, call: Call<'chat'>) => boolean
