import type { JsonObject } from '../json.ts'
import { arrayOf, objectOf } from '../json.ts'
import { instanceOf } from './instance-of.ts'
import type { OfferedTool, Prompt, ToolCall } from './prompt.ts'
import { keywords, properNouns } from './prompt-words.ts'

const SEVERAL = /\b(both|each|all of|several|in parallel|compare)\b/i

/**
 * Which tools the model calls: those the last user turn names; else the one whose name and description share most words with it; with
 * `both` or `each`, all that share some, or the one of them once for every name in the text.
 */
export function chooseTools(prompt: Prompt): readonly ToolCall[] {
  const last = prompt.turns.at(-1)
  if (last?.role !== 'user' || prompt.tools.length === 0 || prompt.toolDemand === 'none') return []
  // An answered call is not made again, unless the caller insists.
  if (last.toolResults.length > 0 && prompt.toolDemand === 'auto') return []
  const chosen = chosenTools(prompt, last.text)
  const calls = prompt.parallelTools ? chosen : chosen.slice(0, 1)
  return calls.map(({ tool, ordinal }) => ({
    id: prompt.newToolCallId(),
    name: tool.name,
    input: argumentsOf(tool, last.text, ordinal),
  }))
}

interface Choice {
  readonly tool: OfferedTool
  readonly ordinal: number
}

function chosenTools({ tools, toolDemand, turns }: Prompt, text: string): readonly Choice[] {
  if (typeof toolDemand === 'object') return once(tools.filter(tool => tool.name === toolDemand.name))
  const named = tools.filter(tool => text.includes(tool.name))
  if (named.length > 1) return once(named)
  const ranked = tools
    .map(tool => ({ tool, score: scoreOf(tool, text) + (named.includes(tool) ? 100 : 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ tool }) => tool)
  if (ranked.length === 0) return toolDemand === 'any' ? once(firstFresh(tools, turns)) : []
  if (!SEVERAL.test(text)) return once(ranked.slice(0, 1))
  if (ranked.length > 1) return once(ranked)
  const names = Math.max(properNouns(text).length, 1)
  return Array.from({ length: names }, (_none, ordinal) => ranked.slice(0, 1).map(tool => ({ tool, ordinal }))).flat()
}

/** The first tool that was not called yet, so that a loop of forced calls comes to its end. */
function firstFresh(tools: readonly OfferedTool[], turns: Prompt['turns']): readonly OfferedTool[] {
  const called = new Set(turns.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)))
  const fresh = tools.filter(({ name }) => !called.has(name))
  return (fresh.length > 0 ? fresh : tools).slice(0, 1)
}

const once = (tools: readonly OfferedTool[]): readonly Choice[] => tools.map(tool => ({ tool, ordinal: 0 }))

function scoreOf(tool: OfferedTool, text: string): number {
  const asked = new Set(keywords(text))
  return new Set(keywords(`${tool.name} ${tool.description}`).filter(word => asked.has(word))).size
}

function argumentsOf(tool: OfferedTool, text: string, ordinal: number): unknown {
  const schema: JsonObject = objectOf(tool.schema)
  const named = Object.keys(objectOf(schema.properties)).length + arrayOf(schema.required).length
  return named === 0 ? {} : instanceOf({ type: 'object', ...schema }, { text, ordinal })
}
