import type { ToolNames } from '../tools/tool-names.ts'

/** How a tool that the model called comes back: as a function, a custom tool, the deprecated `function_call`, or the answer's text. */
export type ToolKind = 'function' | 'custom' | 'function_call' | 'content'

/** What reading an answer needs to know of its request. */
export interface AnswerRules {
  readonly toolNames: ToolNames
  /** By wire name; a tool that is not there is a function. */
  readonly toolKinds?: ReadonlyMap<string, ToolKind>
  /** The caller takes one tool call at a time, and the model could not be told: the others are left out. */
  readonly oneToolCall?: boolean
  /**
   * The input of a `content` tool is an object whose one member is the answer, since the caller's schema is no object's:
   * `unwrapRoot` takes it out of a whole input, `createRootUnwrapper` out of its streamed JSON text.
   */
  readonly wrappedRoot?: true
  /** By wire name, the functions whose input is in such an object. */
  readonly wrappedTools?: ReadonlySet<string>
  /** The model was asked for JSON in words: a code fence around its text is no part of it (`stripFences`, `createFenceStripper`). */
  readonly stripFences?: true
}
