/** A tool as the simulator's model sees it. */
export interface OfferedTool {
  readonly name: string
  readonly description: string
  readonly schema: unknown
}

/** A tool the model calls or called. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: unknown
}

/** What a tool answered. */
export interface ToolResult {
  readonly id: string
  readonly text: string
}

/** One turn of the conversation. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly toolResults: readonly ToolResult[]
}

/** What the model must do about tools; an object names the one it must call. */
export type ToolDemand = 'auto' | 'any' | 'none' | { readonly name: string }

/** A request as the simulator's model sees it, whichever API it came by. */
export interface Prompt {
  readonly system: string
  readonly turns: readonly Turn[]
  readonly tools: readonly OfferedTool[]
  readonly toolDemand: ToolDemand
  readonly parallelTools: boolean
  readonly maxTokens: number | undefined
  readonly stop: readonly string[]
  /** The JSON Schema the answer must obey; undefined for prose. */
  readonly schema: unknown
  readonly reasons: boolean
  /** Length and letters of a tool call's id, as `call_…`. */
  readonly newToolCallId: () => string
  /** Which of several answers to the same prompt this is, from 0. */
  readonly variant: number
  /** The request's text as it was billed. */
  readonly billedText: string
}

/** What the simulator's model answers. */
export interface Reply {
  readonly reasoning: string
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly ending: 'end' | 'length' | 'stop-sequence' | 'tools'
  readonly stopSequence: string | undefined
  readonly inputTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}
