import { expect } from 'vitest'
import type { ToolKind } from '../../src/answer/answer-rules.ts'
import type { AnswerBlock, ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'

/** An answer of these blocks. */
export const answer = (content: readonly AnswerBlock[], more: Partial<ConverseAnswer> = {}): ConverseAnswer => ({
  output: { message: { content } },
  stopReason: 'end_turn',
  ...more,
})
/** A tool call, as Bedrock answers it. */
export const call = (name: string, input: unknown, toolUseId = 't1'): AnswerBlock => ({
  toolUse: { toolUseId, name, input },
})
/** The same as the client reads it. */
export const called = (name: string, json: string, id: unknown = 't1') => ({
  id,
  type: 'function',
  function: { name, arguments: json },
})
/** Readable reasoning. */
export const thinking = (text: string, signature?: string): AnswerBlock => ({
  reasoningContent: { reasoningText: { text, ...(signature && { signature }) } },
})
/** Encrypted reasoning. */
export const redacted = (redactedContent: string): AnswerBlock => ({ reasoningContent: { redactedContent } })
/** Rules by the wire names of tools. */
export const kinds = (entries: Record<string, ToolKind>) => ({ toolKinds: new Map(Object.entries(entries)) })
/** A passage and what it rests on. */
export const cited = (text: string, ...citations: object[]): AnswerBlock => ({
  citationsContent: { content: [{ text }], citations },
})
/** A source on the web. */
export const web = (url: string, more: object = {}) => ({ location: { web: { url, domain: 'a.example' } }, ...more })
/** The same as the client reads it. */
export const noted = (start_index: number, end_index: number, title: string, url: string) => ({
  type: 'url_citation',
  url_citation: { start_index, end_index, title, url },
})
/** An id that Bedrock left to us. */
export const madeUp = expect.stringMatching(/^call_[0-9a-f]{24}$/) as string
