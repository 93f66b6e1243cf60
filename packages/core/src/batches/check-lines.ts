import type { BatchLine } from '../batch-provider.ts'
import { GatewayError } from '../errors.ts'
import { isBodyError } from '../wire/body-error.ts'
import type { ChatCompletionRequest } from '../wire/chat-request.ts'
import { isMembers } from '../wire/is-object.ts'
import { parseBody } from '../wire/source-body.ts'
import { checkChatRequest } from '../wire/validate-request.ts'
import { badLine } from './bad-line.ts'
import type { TextLine } from './line-splitter.ts'

/** A line that is a request; what it may use is not worked out yet. */
export type CheckedLine = Omit<BatchLine, 'bound'>

/** The one endpoint whose requests can be batched. */
const batchEndpoint = '/v1/chat/completions'

/** What a request says that wants no other tier than the usual one. */
const batchTiers: ReadonlySet<string> = new Set(['auto', 'default'])

/** Longer ones would fill the memory that constant uploads need. */
const longestCustomId = 512

/**
 * The lines of a file as requests: each an object with a `custom_id` of its own, `method`, `url` and `body`, all for one model.
 * @throws {GatewayError} `invalid_request` naming the first line that is not so, and why.
 * @see https://platform.openai.com/docs/api-reference/batch/request-input
 */
export async function* checkLines(
  lines: AsyncIterable<TextLine>,
  maxRequests: number,
): AsyncGenerator<CheckedLine, void, void> {
  const numberOf = new Map<string, number>()
  let model: { readonly name: string; readonly line: number } | undefined
  for await (const line of lines) {
    const checked = await checkLine(line)
    const { number, customId, body } = checked
    const before = numberOf.get(customId)
    if (before !== undefined)
      throw badLine(number, `custom_id: ${quoted(customId)} is that of line ${before}, too; give each line its own`)
    if (numberOf.size >= maxRequests)
      throw badLine(number, `a file holds ${maxRequests} requests at most; send the rest in another`)
    numberOf.set(customId, number)
    model ??= { name: body.model, line: number }
    if (body.model !== model.name) {
      const names = `${quoted(body.model)} is not ${quoted(model.name)}, which line ${model.line} names`
      throw badLine(number, `body.model: ${names}; a file is for one model: make a file for each`)
    }
    yield checked
  }
  if (!model)
    throw new GatewayError('invalid_request', 'The file holds no requests; send one a line.', { param: 'file' })
}

/** @throws {GatewayError} `invalid_request` naming the line. */
async function checkLine({ number, bytes }: TextLine): Promise<CheckedLine> {
  const { custom_id: customId, method, url, body } = parsed(number, bytes)
  if (typeof customId !== 'string' || customId === '' || customId.length > longestCustomId)
    throw badLine(number, `custom_id: must be a text of 1 to ${longestCustomId} characters, got ${quoted(customId)}`)
  if (method !== 'POST') throw badLine(number, `method: must be "POST", got ${quoted(method)}`)
  if (url !== batchEndpoint)
    throw badLine(number, `url: must be "${batchEndpoint}", the one endpoint that is batched here, got ${quoted(url)}`)
  if (!isMembers(body)) throw badLine(number, `body: must be an object, the request itself, got ${quoted(body)}`)
  const [fault] = await checkChatRequest(body)
  if (fault) throw badLine(number, `body: ${fault.message.replace(/\.$/, '')}`)
  const { model, stream, service_tier: tier } = body
  if (typeof model !== 'string' || model === '') throw badLine(number, 'body.model: name the model; a file is for one')
  if (stream === true) throw badLine(number, 'body.stream: a batch cannot stream; leave it out')
  if (typeof tier === 'string' && !batchTiers.has(tier))
    throw badLine(
      number,
      `body.service_tier: a batch has a price of its own and no tier, got ${quoted(tier)}; leave it out`,
    )
  return { number, customId, body: body as ChatCompletionRequest & typeof body, bytes }
}

function parsed(number: number, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return parseBody(bytes).value
  } catch (error) {
    if (!isBodyError(error)) throw error
    const { message } = error
    throw badLine(number, message.replace('The request body', 'it').replace('at line 1, ', 'at ').replace(/\.$/, ''))
  }
}

const longestQuote = 100

function quoted(value: unknown): string {
  if (isMembers(value)) return 'an object'
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text
}
