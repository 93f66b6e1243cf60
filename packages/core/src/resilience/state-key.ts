import type { Operation } from '../contract.ts'

/** What targets are asked to do by calls; files and batches do not come to them this way. */
export type AskedOperation = Exclude<Operation, 'files' | 'batches'>

/** What a target is asked to do: a model that serves no embeddings fails them all, and its chats are well. */
interface TargetUse {
  readonly operation: Operation
  /** `provider id/upstream model`. */
  readonly target: string
}

/** Under which the state of a target stands, for each operation apart. That of chats is the target's own name, which costs nothing to make. */
export function stateKey({ operation, target }: TargetUse): string {
  return operation === 'chat' ? target : `${operation}:${target}`
}

/** Of a {@link stateKey}. No provider's id holds a colon. */
export function targetUse(key: string): TargetUse & { readonly operation: AskedOperation } {
  const colon = key.indexOf(':')
  if (colon < 0 || colon > key.indexOf('/')) return { operation: 'chat', target: key }
  return { operation: key.slice(0, colon) as AskedOperation, target: key.slice(colon + 1) }
}
