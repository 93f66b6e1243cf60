import { pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import type { Rule } from './rule.ts'

const idsOf = (request: ConverseRequest, message: number, kind: 'toolUse' | 'toolResult') =>
  turn(request, message).flatMap(({ block }) => stringOf(pick(block, kind, 'toolUseId')) ?? [])
const turn = ({ blocks }: ConverseRequest, message: number): readonly BlockAt[] =>
  blocks.filter(place => place.message === message)
const isResult = ({ block }: BlockAt) => block.toolResult !== undefined
const inResults = ({ blocks, allBlocks }: ConverseRequest) => allBlocks.filter(place => !blocks.includes(place))

/** Rules about which turn answers which tool call. */
export const TOOL_TURN_RULES: readonly Rule[] = [
  {
    id: 'tool-result-missing',
    check: request => {
      const missing = request.messages.flatMap((_message, index) => {
        const answered = idsOf(request, index + 1, 'toolResult')
        const open = idsOf(request, index, 'toolUse').filter(id => !answered.includes(id))
        return open.length === 0 ? [] : [`messages.${index + 1}.content for the following Ids: ${open.join(', ')}`]
      })
      return missing[0]
    },
    message: 'Expected toolResult blocks at {}',
  },
  {
    id: 'tool-result-extra',
    check: request => {
      const at = request.messages.findIndex((_message, index) => {
        const calls = idsOf(request, index - 1, 'toolUse')
        return idsOf(request, index, 'toolResult').some(
          (id, position, all) => !calls.includes(id) || all.indexOf(id) !== position,
        )
      })
      return at < 0 ? undefined : `messages.${at}.content`
    },
    message: 'The number of toolResult blocks at {} exceeds the number of toolUse blocks of previous turn.',
  },
  ...(['toolUse', 'toolResult'] as const).map(
    (kind): Rule => ({
      id: kind === 'toolUse' ? 'tool-use-alone' : 'tool-result-alone',
      applies: ({ model }) => model.toolsAlone,
      check: request => {
        const at = request.messages.findIndex((_message, index) => {
          const those = turn(request, index).filter(({ block }) => block[kind] !== undefined)
          return those.length > 0 && those.length < turn(request, index).length
        })
        return at < 0 ? undefined : `messages.${at}.content`
      },
      message: `{}: Conversation blocks and tool ${kind === 'toolUse' ? 'use' : 'result'} blocks cannot be provided in the same turn.`,
    }),
  ),
  {
    id: 'tool-result-order',
    applies: ({ model }) => model.claude,
    check: request =>
      request.messages
        .map((_message, index) => turn(request, index))
        .map(places =>
          places.find((place, at) => isResult(place) && places.slice(0, at).some(other => !isResult(other))),
        )
        .find(place => place !== undefined)?.at,
    message:
      'The model returned the following errors: {}: `tool_result` blocks must come before all other content of their message.',
  },
  {
    id: 'tool-result-beside-document',
    applies: ({ model }) => model.claude,
    check: request => {
      const at = request.messages.findIndex((_message, index) => {
        const places = turn(request, index)
        return places.some(isResult) && places.some(({ block }) => block.document ?? block.video)
      })
      return at < 0 ? undefined : `messages.${at}.content`
    },
    message:
      'The model returned the following errors: {}: documents and videos may not stand beside `tool_result` blocks.',
  },
  {
    id: 'tool-result-blank',
    applies: ({ model }) => model.claude,
    check: request => inResults(request).find(({ block }) => stringOf(block.text)?.trim() === '')?.at,
    message:
      'The text field in the ToolResultContentBlock object at {} is blank. Add text to the text field, and try again.',
  },
  {
    id: 'tool-result-status',
    check: ({ blocks }) =>
      blocks.find(({ block }) => {
        const status = pick(block, 'toolResult', 'status')
        return status !== undefined && status !== 'success' && status !== 'error'
      })?.at,
    message:
      "1 validation error detected: Value at '{}.toolResult.status' failed to satisfy constraint: Member must satisfy enum value set: [success, error]",
  },
  {
    id: 'tool-result-status-unsupported',
    applies: ({ model }) => !model.toolResultStatus,
    check: ({ blocks }) => blocks.find(({ block }) => pick(block, 'toolResult', 'status') !== undefined)?.at,
    message: "This model doesn't support the status field at {}.toolResult. Remove it and try again.",
  },
  {
    id: 'tool-result-image',
    applies: ({ model }) => model.images && !model.toolResultImages,
    check: request => inResults(request).find(({ block }) => block.image !== undefined)?.at,
    message: "This model doesn't support the image field for user messages. Remove image and try again.",
  },
  {
    id: 'tool-result-document',
    applies: ({ model }) => model.toolResultDocuments !== undefined,
    check: request =>
      inResults(request).find(({ block }) => {
        const format = stringOf(pick(block, 'document', 'format'))
        return format !== undefined && !request.model.toolResultDocuments?.includes(format)
      })?.at,
    message: 'The format of the document at {} is not supported in tool results. Send csv or txt and try again.',
  },
]
