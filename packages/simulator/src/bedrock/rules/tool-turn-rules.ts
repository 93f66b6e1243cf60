import { pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import type { Rule } from './rule.ts'

const idsOf = (request: ConverseRequest, message: number, kind: 'toolUse' | 'toolResult') =>
  turn(request, message).flatMap(({ block }) => stringOf(pick(block, kind, 'toolUseId')) ?? [])
const turn = ({ blocks }: ConverseRequest, message: number): readonly BlockAt[] =>
  blocks.filter(place => place.message === message)
const isResult = ({ block }: BlockAt) => block.toolResult !== undefined

/** Rules about which turn answers which tool call. */
export const TOOL_TURN_RULES: readonly Rule[] = [
  {
    id: 'tool-result-missing',
    section: '§5.6',
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
    section: '§5.6',
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
  {
    id: 'tool-result-alone',
    section: '§5.6',
    applies: ({ model }) => model.toolResultAlone,
    check: request => {
      const at = request.messages.findIndex((_message, index) => {
        const places = turn(request, index)
        return places.some(isResult) && !places.every(isResult)
      })
      return at < 0 ? undefined : `messages.${at}.content`
    },
    message:
      'This model requires toolResult blocks to be alone in their turn. Remove the other blocks at {} and try again.',
  },
  {
    id: 'tool-result-order',
    section: '§5.6',
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
]
