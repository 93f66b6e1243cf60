import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { ContentBlock, ConverseMessage } from '../wire/converse-wire.ts'

/** Stands where a turn is needed and nobody said anything: Converse refuses blank text. */
const filler: ContentBlock = { text: '.' }
const goOn: ContentBlock = { text: 'Please continue.' }

/**
 * Makes merged turns into a conversation that the model takes: every tool call answered in the next turn, a user turn first,
 * and last where the model cannot continue its own.
 */
export function arrangeTurns(turns: readonly ConverseMessage[], capabilities: ModelCapabilities): ConverseMessage[] {
  const split = turns.some(hasTools) ? withTools(turns, capabilities) : [...turns]
  const ended = endWell(split, capabilities.prefill)
  const [first] = ended
  const startsWell = first && (first.role === 'user' || capabilities.leadingAssistant)
  const begun: ConverseMessage[] = startsWell ? ended : [{ role: 'user', content: [filler] }, ...ended]
  const whole = begun.map(withDocumentText).map(withLastWord)
  return capabilities.multiTurn ? whole : [inOneTurn(whole)]
}

function hasTools({ content }: ConverseMessage): boolean {
  return content.some(block => 'toolUse' in block || 'toolResult' in block)
}

function withTools(turns: readonly ConverseMessage[], capabilities: ModelCapabilities): ConverseMessage[] {
  const paired = pairResults(turns, capabilities.toolResultStatus)
  return paired.flatMap(turn => (turn.role === 'user' ? splitResults : splitCalls)(turn, capabilities.lonelyTools))
}

/**
 * The results of a turn's calls stand first in the next turn, one for each call. A call without one (the client lost it) gets
 * an error result: without it the conversation could never go on.
 */
function pairResults(turns: readonly ConverseMessage[], status: boolean): ConverseMessage[] {
  const paired: ConverseMessage[] = []
  let unanswered: string[] = []
  const answer = (content: readonly ContentBlock[]): ContentBlock[] => {
    const results = content.filter(block => 'toolResult' in block)
    const given = new Set(results.map(({ toolResult }) => toolResult.toolUseId))
    const missing = unanswered.filter(id => !given.has(id)).map(id => missingResult(id, status))
    return [...results, ...missing, ...content.filter(block => !('toolResult' in block))]
  }
  for (const turn of turns) {
    if (turn.role === 'user') {
      paired.push({ role: 'user', content: answer(turn.content) })
      unanswered = []
    } else {
      paired.push(turn)
      unanswered = turn.content.flatMap(block => ('toolUse' in block ? [block.toolUse.toolUseId] : []))
    }
  }
  if (unanswered.length > 0) paired.push({ role: 'user', content: answer([]) })
  return paired
}

function missingResult(toolUseId: string, status: boolean): ContentBlock {
  return {
    toolResult: { toolUseId, content: [{ text: 'The tool gave no result.' }], ...(status && { status: 'error' }) },
  }
}

/** Some families refuse anything beside tool results in a turn, and Claude refuses documents and videos there. */
function splitResults(turn: ConverseMessage, lonely: boolean): ConverseMessage[] {
  const results = turn.content.filter(block => 'toolResult' in block)
  const others = turn.content.filter(block => !('toolResult' in block))
  if (results.length === 0 || others.length === 0) return [turn]
  if (!lonely && !others.some(block => 'document' in block || 'video' in block)) return [turn]
  return [
    { role: 'user', content: results },
    { role: 'assistant', content: [filler] },
    { role: 'user', content: others },
  ]
}

/** "Conversation blocks and tool use blocks cannot be provided in the same turn", as Llama and Mistral say. */
function splitCalls(turn: ConverseMessage, lonely: boolean): ConverseMessage[] {
  const said = turn.content.filter(block => !('toolUse' in block))
  const calls = turn.content.filter(block => 'toolUse' in block)
  if (!lonely || said.length === 0 || calls.length === 0) return [turn]
  return [
    { role: 'assistant', content: said },
    { role: 'user', content: [goOn] },
    { role: 'assistant', content: calls },
  ]
}

function endWell(turns: ConverseMessage[], prefill: boolean): ConverseMessage[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return turns
  if (!prefill) return [...turns, { role: 'user', content: [goOn] }]
  // "an `assistant` message in the final position cannot contain `thinking`", since a model that thinks continues no turn.
  const said = last.content.filter(block => !('reasoningContent' in block))
  const before = turns.slice(0, -1)
  if (said.length === 0) return before
  // "final assistant content cannot end with trailing whitespace"
  const content = said.map((block, index) =>
    index === said.length - 1 && 'text' in block ? { ...block, text: block.text.trimEnd() } : block,
  )
  return [...before, { role: 'assistant', content }]
}

/** "The final block in an assistant message cannot be `thinking`", as it is where a cap cut the answer. */
function withLastWord(turn: ConverseMessage): ConverseMessage {
  const last = turn.content.at(-1)
  const endsThinking = turn.role === 'assistant' && last !== undefined && 'reasoningContent' in last
  return endsThinking ? { ...turn, content: [...turn.content, filler] } : turn
}

/** "a message with a document must also have a text block" */
function withDocumentText(turn: ConverseMessage): ConverseMessage {
  const needsText = turn.content.some(block => 'document' in block) && !turn.content.some(block => 'text' in block)
  return needsText ? { ...turn, content: [...turn.content, filler] } : turn
}

/** A conversation told to a model that takes a single turn. */
function inOneTurn(turns: readonly ConverseMessage[]): ConverseMessage {
  const [only] = turns
  if (only && turns.length === 1) return only
  const speakers = { user: 'User', assistant: 'Assistant' } as const
  const content = turns.flatMap(({ role, content: blocks }) =>
    blocks.map((block): ContentBlock => ('text' in block ? { text: `${speakers[role]}: ${block.text}` } : block)),
  )
  return { role: 'user', content: [...content, { text: 'Assistant:' }] }
}
