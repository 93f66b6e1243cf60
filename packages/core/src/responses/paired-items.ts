import type { InputItem } from '../wire/responses-request.ts'

/** An item, and where it stands in the input. */
interface PlacedItem {
  readonly item: InputItem
  readonly index: number
}

/**
 * The input with each result behind the turn that called for it. The Responses API finds a result by its call's id, wherever it stands, and
 * clients put in between what came meanwhile, as Codex does; in a chat results follow their calls at once, or are refused.
 * @see https://github.com/deepseek-ai/awesome-deepseek-integration/issues/740
 */
export function pairedItems(input: readonly InputItem[]): readonly PlacedItem[] {
  const { resultsOf, paired } = pairs(input)
  const ordered: PlacedItem[] = []
  const due: PlacedItem[] = []
  function endTurn(): void {
    for (const result of due.toSorted((one, other) => one.index - other.index)) ordered.push(result)
    due.length = 0
  }
  for (const [index, item] of input.entries()) {
    if (endsTurn(item)) endTurn()
    if (paired.has(index)) continue
    ordered.push({ item, index })
    for (const result of resultsOf.get(index) ?? []) due.push(result)
  }
  endTurn()
  return ordered
}

/** The results of each call by its place, and the places of all of them. An id that is used again is that of the last call. */
function pairs(input: readonly InputItem[]) {
  const resultsOf = new Map<number, PlacedItem[]>()
  const paired = new Set<number>()
  const calls = new Map<string, number>()
  for (const [index, item] of input.entries()) {
    if (isCall(item)) calls.set(item.call_id, index)
    const call = isResult(item) ? calls.get(item.call_id) : undefined
    if (call === undefined) continue
    paired.add(index)
    const results = resultsOf.get(call)
    if (results) results.push({ item, index })
    else resultsOf.set(call, [{ item, index }])
  }
  return { resultsOf, paired }
}

type CallItem = Extract<InputItem, { readonly type: 'function_call' | 'custom_tool_call' | 'tool_search_call' }>
type ResultItem = Extract<
  InputItem,
  { readonly type: 'function_call_output' | 'custom_tool_call_output' | 'tool_search_output' }
>

function isCall(item: InputItem): item is CallItem {
  return item.type === 'function_call' || item.type === 'custom_tool_call' || item.type === 'tool_search_call'
}

function isResult(item: InputItem): item is ResultItem {
  const { type } = item
  return type === 'function_call_output' || type === 'custom_tool_call_output' || type === 'tool_search_output'
}

/** What the model said, thought and called is one turn; tools that come are no part of the conversation. */
function endsTurn(item: InputItem): boolean {
  if (item.type === 'reasoning' || item.type === 'additional_tools' || isCall(item)) return false
  return isResult(item) || item.role !== 'assistant'
}
