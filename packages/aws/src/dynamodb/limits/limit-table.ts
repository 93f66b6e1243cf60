import { createHash } from 'node:crypto'
import type { LimitItem } from './limit-item.ts'
import type { ItemWrite } from './to-update-item.ts'

/** What became of a write. */
export type WriteResult =
  | { readonly applied: true; readonly item: LimitItem }
  /** A condition failed. `item` is what stood against it, and undefined where that was not told. */
  | { readonly applied: false; readonly item: LimitItem | undefined }

/** Where items are: two requests, and no policy. */
export interface LimitTable {
  /** Sees every write that was answered before. */
  read(pk: string): Promise<LimitItem | undefined>
  write(write: ItemWrite): Promise<WriteResult>
  /** Whether a write that rejected with this is certain to have changed nothing. */
  changedNothing(error: unknown): boolean
}

/** Longer subjects are hashed: a short item costs one unit a write. */
const longestKey = 128
const hashMark = 'sha256:'

/** The key of a subject's item. Subjects that DynamoDB cannot hold as they are, or not cheaply, stand under their hash. */
export function itemKey(subject: string): string {
  const plain =
    subject !== '' && subject.length <= longestKey && subject.isWellFormed() && !subject.startsWith(hashMark)
  return plain ? subject : hashMark + createHash('sha256').update(subject, 'utf16le').digest('hex')
}
