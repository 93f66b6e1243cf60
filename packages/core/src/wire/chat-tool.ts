import type { CacheControl } from './prompt-cache.ts'

/**
 * A JSON Schema object. Open by nature: its keywords are the schema author's.
 * @see https://json-schema.org/understanding-json-schema
 */
export type JsonSchema = Record<string, unknown>

/**
 * A tool the model may call.
 * @see https://developers.openai.com/api/docs/guides/function-calling
 */
export type Tool = FunctionTool | CustomTool

/** A tool whose input is a JSON object that follows a schema. */
export interface FunctionTool {
  readonly type: 'function'
  readonly function: FunctionDefinition
  readonly cache_control?: CacheControl
}

/** `name` matches `[a-zA-Z0-9_-]{1,64}`. Without `parameters` the function takes none; `strict` defaults to `false`. */
export interface FunctionDefinition {
  readonly name: string
  readonly description?: string
  readonly parameters?: JsonSchema
  readonly strict?: boolean | null
}

/** A tool whose input is free text, or text that follows a grammar. */
export interface CustomTool {
  readonly type: 'custom'
  readonly custom: CustomToolDefinition
  readonly cache_control?: CacheControl
}

/** `format` defaults to unconstrained text. */
export interface CustomToolDefinition {
  readonly name: string
  readonly description?: string
  readonly format?: CustomToolTextFormat | CustomToolGrammarFormat
}

/** Unconstrained text. */
export interface CustomToolTextFormat {
  readonly type: 'text'
}

/**
 * Text that follows a grammar.
 * @see https://developers.openai.com/api/docs/guides/function-calling#context-free-grammars
 */
export interface CustomToolGrammarFormat {
  readonly type: 'grammar'
  readonly grammar: ToolGrammar
}

/** The grammar itself, in Lark's notation or as one regular expression. */
export interface ToolGrammar {
  readonly definition: string
  readonly syntax: 'lark' | 'regex'
}

/** Which tool the model may or must call. Defaults to `'auto'` with tools, `'none'` without. */
export type ToolChoice = 'none' | 'auto' | 'required' | AllowedToolChoice | NamedFunctionChoice | NamedCustomChoice

/** Narrows the tools to a subset without changing `tools`, so that a cached prompt prefix stays valid. */
export interface AllowedToolChoice {
  readonly type: 'allowed_tools'
  readonly allowed_tools: AllowedTools
}

/** `tools` names them as `{ type: 'function', function: { name } }`. */
export interface AllowedTools {
  readonly mode: 'auto' | 'required'
  readonly tools: Record<string, unknown>[]
}

/** Forces a call of this function. */
export interface NamedFunctionChoice {
  readonly type: 'function'
  readonly function: ToolName
}

/** Forces a call of this custom tool. */
export interface NamedCustomChoice {
  readonly type: 'custom'
  readonly custom: ToolName
}

/** A reference to a tool in `tools`. */
export interface ToolName {
  readonly name: string
}

/** A call the model made, as it stands in an answer and is sent back in the assistant message. */
export type ToolCall = FunctionToolCall | CustomToolCall

/** A call of a function tool. */
export interface FunctionToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: FunctionCall
}

/** `arguments` is JSON text as the model wrote it: it may be invalid, or not follow the schema. */
export interface FunctionCall {
  readonly name: string
  readonly arguments: string
}

/** A call of a custom tool. */
export interface CustomToolCall {
  readonly id: string
  readonly type: 'custom'
  readonly custom: CustomCall
}

/** The free-text input of a {@link CustomToolCall}. */
export interface CustomCall {
  readonly name: string
  readonly input: string
}

/**
 * A function of the API before `tools`.
 * @deprecated by OpenAI; still accepted and passed on.
 */
export interface DeprecatedFunction {
  readonly name: string
  readonly description?: string
  readonly parameters?: JsonSchema
}
