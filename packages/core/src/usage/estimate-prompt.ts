import { shownReasoning } from '../wire/shown-reasoning.ts'

/** Bytes of UTF-8 a token, over prose, code and JSON. */
export const bytesPerToken = 3.6
/** What frames a message. */
const tokensPerMessage = 4
/** The most that Claude charges for an image without being told to look closer; other models are of its order. */
const tokensPerImage = 1_600
/** OpenAI's figure for `detail: 'low'`. */
const tokensPerSmallImage = 85
/** Ten tokens a second, at 128 kbit of MP3. */
const bytesPerAudioToken = 1_600
/** A page of a PDF is some 2,000 tokens and 60 KB. */
const bytesPerFileToken = 30
const bytesPerBase64Character = 0.75
/** As deep as the door lets bodies be; those of the same process are bounded by nothing. */
const deepest = 64

/**
 * About how many tokens a request's prompt has, where no upstream tells: 3.6 bytes a token, 4 more a message, constants for media,
 * tools as their JSON. Media that stand elsewhere count as one image. The request may hold anything.
 */
export function estimatePromptTokens(request: object): number {
  const { messages, tools, functions, input } = request as Readonly<Record<string, unknown>>
  let tokens = input === undefined ? 0 : inputTokens(input)
  if (Array.isArray(messages)) for (const message of messages) tokens += tokensPerMessage + messageTokens(message)
  if (tools) tokens += jsonBytes(tools) / bytesPerToken
  if (functions) tokens += jsonBytes(functions) / bytesPerToken
  return Math.ceil(tokens)
}

/** An image to embed, which stands among the texts. */
const imageUrl = /^data:image\/[a-z0-9.+-]{1,40};base64,/i

/** Texts, or token ids, which are counted. */
function inputTokens(input: unknown, levels: number = deepest): number {
  if (typeof input === 'string') return imageUrl.test(input) ? tokensPerImage : textTokens(input)
  if (typeof input === 'number') return 1
  if (!Array.isArray(input) || levels === 0) return 0
  let tokens = 0
  for (const part of input) tokens += inputTokens(part, levels - 1)
  return tokens
}

function messageTokens(message: unknown): number {
  if (typeof message !== 'object' || message === null) return 0
  const { content, tool_calls } = message as Readonly<Record<string, unknown>>
  let tokens = textTokens(content) + textTokens(shownReasoning(message))
  if (Array.isArray(content)) for (const part of content) tokens += partTokens(part)
  if (tool_calls) tokens += jsonBytes(tool_calls) / bytesPerToken
  return tokens
}

function partTokens(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0
  const { type, text, image_url, input_audio, file } = part as Readonly<Record<string, unknown>>
  if (type === 'image_url') return memberOf(image_url, 'detail') === 'low' ? tokensPerSmallImage : tokensPerImage
  if (type === 'input_audio') return base64Bytes(memberOf(input_audio, 'data')) / bytesPerAudioToken
  if (type === 'file') return base64Bytes(memberOf(file, 'file_data')) / bytesPerFileToken || tokensPerImage
  return typeof text === 'string' ? textTokens(text) : jsonBytes(part) / bytesPerToken
}

/** 0 for what is no text. */
export function textTokens(text: unknown): number {
  return typeof text === 'string' ? Buffer.byteLength(text) / bytesPerToken : 0
}

function base64Bytes(data: unknown): number {
  return typeof data === 'string' ? data.length * bytesPerBase64Character : 0
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** About how long a value is as JSON, without writing it; its characters are taken for bytes. What is nested deeper is not looked at. */
export function jsonBytes(value: unknown, levels: number = deepest): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null || levels === 0) return 5
  let bytes = 2
  if (Array.isArray(value)) {
    for (const item of value) bytes += jsonBytes(item, levels - 1)
    return bytes
  }
  const members = value as Readonly<Record<string, unknown>>
  for (const key in members) bytes += key.length + 3 + jsonBytes(members[key], levels - 1)
  return bytes
}
