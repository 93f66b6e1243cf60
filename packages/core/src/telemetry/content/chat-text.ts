import type { ChatCompletionChunk } from '../../wire/chat-chunk.ts'
import type { ChatCompletion } from '../../wire/chat-completion.ts'
import type { ChatMessage } from '../../wire/chat-message.ts'
import type { BoundedText } from './bounded-text.ts'

interface Said {
  readonly content?: string | null | readonly SaidPart[]
  readonly refusal?: string | null
  readonly tool_calls?: readonly SaidCall[] | null
  readonly function_call?: SaidFunction | null
}

interface SaidPart {
  readonly type?: string
  readonly text?: unknown
  readonly refusal?: unknown
}

interface SaidFunction {
  readonly name?: string
  readonly arguments?: string
}

interface SaidCall {
  readonly index?: number
  readonly function?: SaidFunction
  readonly custom?: { readonly name?: string; readonly input?: string }
}

/** The text of a request's messages, each behind its role. Pictures, sound and files are none. */
export function addMessages(text: BoundedText, messages: readonly ChatMessage[]): void {
  for (const [at, message] of messages.entries()) addSaid(text, String(at), message, `${message.role}: `)
}

/** What a whole answer says. */
export function addCompletion(text: BoundedText, { choices }: ChatCompletion): void {
  for (const choice of listOf(choices)) if (choice?.message) addSaid(text, String(choice.index), choice.message)
}

/** What a chunk adds to an answer. */
export function addChunk(text: BoundedText, { choices }: ChatCompletionChunk): void {
  for (const choice of listOf(choices)) if (choice?.delta) addSaid(text, String(choice.index), choice.delta)
}

/** What no provider and no check has looked at may be no list; it is not for the log to end a call. */
function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : []
}

function addSaid(text: BoundedText, key: string, said: Said, label = ''): void {
  const { content } = said
  if (typeof content === 'string') text.add(key, content, label)
  else for (const part of listOf(content)) text.add(key, part?.text ?? part?.refusal, label)
  text.add(`${key} refusal`, said.refusal, label)
  for (const [at, call] of listOf(said.tool_calls).entries()) {
    if (call) addCall(text, `${key} tool ${call.index ?? at}`, call)
  }
  if (said.function_call) addFunction(text, `${key} function`, said.function_call)
}

function addCall(text: BoundedText, key: string, call: SaidCall): void {
  if (call.function) addFunction(text, key, call.function)
  if (call.custom) addFunction(text, key, { ...call.custom, arguments: call.custom.input ?? '' })
}

/** The name as the label of the arguments, which may come much later. */
function addFunction(text: BoundedText, key: string, { name, arguments: given }: SaidFunction): void {
  text.add(`${key} name`, name)
  text.add(key, given)
}
