import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { JsonObject } from '../wire/json.ts'
import type { NativeChat } from './native-chat.ts'
import type { NativePiece } from './native-piece.ts'

/** How one family is spoken to over InvokeModel. All is pure but the reader of a stream. */
export interface NativeFamily {
  /** What its own body takes beyond, or short of, what the family takes of Converse. */
  readonly capabilities: Partial<ModelCapabilities>
  toBody(chat: NativeChat): JsonObject
  readAnswer(answer: JsonObject): NativePiece
  /** A reader for one stream's chunks, in order. */
  createChunkReader(): (chunk: JsonObject) => NativePiece
}

/** The members that are set, under the family's own names. Of `undefined` JSON would say nothing either, but callers may compare. */
export function settingsOf(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** A member of a native answer that should be text. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
