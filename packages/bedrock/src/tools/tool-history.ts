import type { ToolCall } from '@modelgate/core'
import { wrapValue } from '../answer/wrapped-root.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { PartBlock } from '../request/content-parts.ts'
import { quoted, refused } from '../request/invalid-request.ts'
import type { ContentBlock } from '../wire/converse-wire.ts'
import { parseExact } from '../wire/exact-json.ts'
import { isJsonObject, isTooDeep, type JsonObject } from '../wire/json.ts'
import { toCustomInput } from './custom-tools.ts'
import type { ToolIds, ToolNames } from './tool-names.ts'
import { type ResultBlock, splitToolResult } from './tool-result-content.ts'

/** Turns earlier tool calls and their results into blocks whose ids match. */
export interface ToolHistory {
  /** A new assistant turn: results from here on answer its calls. */
  startTurn(): void
  call(call: ToolCall): ContentBlock
  /** @throws {GatewayError} `invalid_request` for a result that answers no call of the assistant turn before it. */
  result(callId: string, content: PartBlock[], at: string): ContentBlock[]
}

/** What decides how earlier calls are said. */
interface ToolHistoryRules {
  readonly toolIds: ToolIds
  readonly toolNames: ToolNames
  readonly capabilities: ModelCapabilities
  /** The tools whose input is wrapped, as the caller calls them. */
  readonly wrappedTools: ReadonlySet<string> | undefined
  /** Tells calls and results as text, where the request offers no tools. */
  readonly asText: boolean
}

interface OpenCall {
  readonly wireId: string
  readonly name: string
  /** The result's content, once there is one. */
  answer: ResultBlock[] | undefined
}

/** The calls of one turn that have one id, in order: the results of each come in that order, too. */
interface SameCalls {
  readonly calls: OpenCall[]
  /** How many of them have a result. */
  answered: number
}

/** What stands for a tool's empty output: Converse refuses blank text. */
const noOutput = { text: '(no output)' }

/** A history without any call yet. */
export function createToolHistory(rules: ToolHistoryRules): ToolHistory {
  const { toolIds, toolNames, capabilities, wrappedTools, asText } = rules
  const usedIds = new Set<string>()
  const repeats = new Map<string, number>()
  /** By the caller's id, which a turn may use more than once. */
  let open = new Map<string, SameCalls>()

  /** Some models number their calls `call_0` in every turn; Converse refuses an id that stands twice in a conversation. */
  function uniqueId(id: string): string {
    let wireId = toolIds(id)
    // Counted on from the last repeat: from 2 each time, ten thousand calls of one id would take minutes.
    let count = repeats.get(id) ?? 1
    while (usedIds.has(wireId)) wireId = toolIds(`${id}#${++count}`)
    repeats.set(id, count)
    usedIds.add(wireId)
    return wireId
  }

  return {
    startTurn() {
      open = new Map()
    },
    call(call) {
      const { name, input } =
        call.type === 'custom' ? call.custom : { name: call.function.name, input: call.function.arguments }
      const wireId = uniqueId(call.id)
      const same = open.get(call.id) ?? { calls: [], answered: 0 }
      same.calls.push({ wireId, name, answer: undefined })
      open.set(call.id, same)
      if (asText) return { text: `[Called the tool ${name} with ${input || '{}'}]` }
      const object = call.type === 'custom' ? toCustomInput(input) : toInput(input)
      const wrapped = wrappedTools?.has(name) ? wrapValue(object) : object
      return { toolUse: { toolUseId: wireId, name: toolNames.toWire(name), input: wrapped } }
    },
    result(callId, content, at) {
      const same = open.get(callId)
      const call = same?.calls[same.answered] ?? same?.calls.at(-1)
      if (!same || !call) {
        const why = `${quoted(callId)} answers no tool call of the assistant message before it; send the id of one`
        throw refused(`${at}.tool_call_id`, why)
      }
      const blocks = content.length > 0 ? content : [noOutput]
      if (asText) return [{ text: `[The tool ${call.name} returned]` }, ...blocks]
      const { inside, after } = splitToolResult(blocks, capabilities)
      if (call.answer) {
        // A second result for one call would be one too many for Converse.
        for (const block of inside) call.answer.push(block)
        return after
      }
      call.answer = inside
      same.answered += 1
      return [{ toolResult: { toolUseId: call.wireId, content: call.answer } }, ...after]
    },
  }
}

/** Arguments as the JSON object that Converse demands. Text that is none (a cut-off answer, an array) is kept under one key. */
function toInput(text: string | undefined): JsonObject {
  if (!text?.trim()) return {}
  try {
    const value = parseExact(text)
    if (isJsonObject(value) && !isTooDeep(value)) return value
  } catch {
    // Kept below.
  }
  return { rawInvalidInput: text }
}
