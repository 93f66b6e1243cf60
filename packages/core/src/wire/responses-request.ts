import type { ReasoningEffort } from './chat-request.ts'
import type { CustomToolTextFormat, JsonSchema } from './chat-tool.ts'
import type { InputAudio } from './content-part.ts'

/**
 * The body of `POST /v1/responses`: what of it the gateway knows. Other members travel on to the upstream as a chat's do.
 * @see https://developers.openai.com/api/docs/api-reference/responses/create
 */
export interface ResponsesRequest {
  readonly model?: string
  /** A user's text, or the conversation so far. */
  readonly input: string | readonly InputItem[]
  /** What stands above the conversation. */
  readonly instructions?: string | null
  readonly stream?: boolean | null
  readonly max_output_tokens?: number | null
  readonly text?: TextOptions | null
  readonly reasoning?: ReasoningOptions | null
  readonly tools?: readonly ResponsesTool[] | null
  readonly tool_choice?: ResponsesToolChoice | null
  readonly parallel_tool_calls?: boolean | null
  /** What else the answer shall hold, such as `message.output_text.logprobs`. */
  readonly include?: readonly string[] | null
  readonly top_logprobs?: number | null
  readonly temperature?: number | null
  readonly top_p?: number | null
  readonly max_tool_calls?: number | null
  readonly metadata?: Readonly<Record<string, string>> | null
}

/** In what shape, and how long. */
export interface TextOptions {
  readonly format?: TextFormat | null
  readonly verbosity?: 'low' | 'medium' | 'high' | null
}

/** As a chat's `response_format`, with the schema's name and text beside its type. */
export type TextFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema'
      readonly name: string
      readonly description?: string
      readonly schema?: JsonSchema
      readonly strict?: boolean | null
    }

/** How long the model may think. What it thought is always shown, where the upstream tells it. */
export interface ReasoningOptions {
  readonly effort?: ReasoningEffort | null
  readonly summary?: string | null
}

/** One item of a conversation. */
export type InputItem =
  | InputMessage
  | ReasoningInput
  | FunctionCallItem
  | FunctionCallOutputItem
  | CustomToolCallItem
  | CustomToolCallOutputItem
  | ToolSearchCallItem
  | ToolSearchOutputItem
  | AdditionalToolsItem

/** What somebody said; an answer's own `message` items go back as they came. */
export interface InputMessage {
  readonly type?: 'message'
  readonly role: 'user' | 'assistant' | 'system' | 'developer'
  readonly content: string | readonly InputPart[]
}

/** One part of what somebody said, or of what a tool gave. */
export type InputPart = InputTextPart | InputRefusal | InputImage | InputFile | InputSound

/** Text, of whichever side. */
export interface InputTextPart {
  readonly type: 'input_text' | 'output_text'
  readonly text: string
}

/** What a model said when it declined. */
export interface InputRefusal {
  readonly type: 'refusal'
  readonly refusal: string
}

/** A picture by address or as a `data:` URL. */
export interface InputImage {
  readonly type: 'input_image'
  readonly image_url: string
  readonly detail?: 'auto' | 'low' | 'high' | 'original' | null
}

/** A document, inline or by the id of an upload. */
export interface InputFile {
  readonly type: 'input_file'
  readonly file_data?: string
  readonly file_id?: string | null
  readonly filename?: string
}

/** Recorded sound. */
export interface InputSound {
  readonly type: 'input_audio'
  readonly input_audio: InputAudio
}

/** What a model thought, as it stood in an answer: the gateway's own `encrypted_content` holds what goes back to the model. */
export interface ReasoningInput {
  readonly type: 'reasoning'
  readonly id?: string
  readonly encrypted_content?: string | null
}

/** A call of a function that the model made. */
export interface FunctionCallItem {
  readonly type: 'function_call'
  readonly call_id: string
  readonly namespace?: string | null
  readonly name: string
  readonly arguments: string
}

/** What a function gave. */
export interface FunctionCallOutputItem {
  readonly type: 'function_call_output'
  readonly call_id: string
  readonly output: string | readonly InputPart[]
}

/** A call of a tool whose input is free text. */
export interface CustomToolCallItem {
  readonly type: 'custom_tool_call'
  readonly call_id: string
  readonly namespace?: string | null
  readonly name: string
  readonly input: string
}

/** What that tool gave. */
export interface CustomToolCallOutputItem {
  readonly type: 'custom_tool_call_output'
  readonly call_id: string
  readonly output: string | readonly InputPart[]
}

/** A call of the tool that looks for others. */
export interface ToolSearchCallItem {
  readonly type: 'tool_search_call'
  readonly call_id: string
  readonly execution: 'client'
  readonly arguments: unknown
}

/** What it found: tools that the model has from there on. */
export interface ToolSearchOutputItem {
  readonly type: 'tool_search_output'
  readonly call_id: string
  readonly tools: readonly ResponsesTool[]
}

/** Tools that come in the conversation, as Codex gives all of its own to models of OpenAI's since GPT-5.6. */
export interface AdditionalToolsItem {
  readonly type: 'additional_tools'
  readonly role: 'developer'
  readonly tools: readonly ResponsesTool[]
}

/** A tool that the caller runs, or several. */
export type ResponsesTool = CallableTool | ResponsesNamespace | ResponsesToolSearch

/** Looks for tools that the model was not shown: the caller does. */
export interface ResponsesToolSearch {
  readonly type: 'tool_search'
  readonly execution: 'client'
  readonly description?: string | null
  readonly parameters?: JsonSchema | null
}

/** A tool by itself. */
export type CallableTool = ResponsesFunctionTool | ResponsesCustomTool

/** Tools that belong together, such as those of one MCP server: calls name it beside the tool. */
export interface ResponsesNamespace {
  readonly type: 'namespace'
  readonly name: string
  readonly description?: string | null
  readonly tools: readonly CallableTool[]
}

/** As a chat's, with its members beside the type. */
export interface ResponsesFunctionTool {
  readonly type: 'function'
  readonly name: string
  readonly description?: string | null
  readonly parameters?: JsonSchema | null
  readonly strict?: boolean | null
}

/** As a chat's, with its members beside the type. */
export interface ResponsesCustomTool {
  readonly type: 'custom'
  readonly name: string
  readonly description?: string | null
  readonly format?: CustomToolTextFormat | ResponsesGrammarFormat | null
}

/** A grammar beside its type. */
export interface ResponsesGrammarFormat {
  readonly type: 'grammar'
  readonly definition: string
  readonly syntax: 'lark' | 'regex'
}

/** Which tool the model may or must call. */
export type ResponsesToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | { readonly type: 'function' | 'custom'; readonly name: string }
  | { readonly type: 'allowed_tools'; readonly mode: 'auto' | 'required'; readonly tools: readonly ToolReference[] }

/** A tool by its kind and name. */
export interface ToolReference {
  readonly type: string
  readonly name?: string
}
