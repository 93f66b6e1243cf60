import { chooseTools } from './choose-tools.ts'
import { instanceOf } from './instance-of.ts'
import type { Prompt, Reply, ToolCall } from './prompt.ts'
import { countTokens, tokensOf } from './tokens.ts'
import { writeText } from './write-text.ts'

/** The simulator's model: one brain behind both APIs. The same prompt always gets the same reply. */
export function respond(prompt: Prompt): Reply {
  const toolCalls = chooseTools(prompt)
  const reasoning = prompt.reasons ? reasoningFor(prompt, toolCalls) : ''
  const reasoningTokens = countTokens(reasoning)
  const inputTokens = Math.max(1, countTokens(prompt.billedText))
  if (toolCalls.length > 0) {
    const callTokens = toolCalls.map(call => 6 + countTokens(call.name + JSON.stringify(call.input)))
    const outputTokens = reasoningTokens + callTokens.reduce((sum, tokens) => sum + tokens, 0)
    return {
      reasoning,
      text: '',
      toolCalls,
      ending: 'tools',
      stopSequence: undefined,
      inputTokens,
      outputTokens,
      reasoningTokens,
    }
  }
  const budget = prompt.maxTokens === undefined ? undefined : Math.max(0, prompt.maxTokens - reasoningTokens)
  const answer = shorten(prose(prompt), prompt.stop, budget)
  const outputTokens = reasoningTokens + countTokens(answer.text)
  return { ...answer, reasoning, toolCalls, inputTokens, outputTokens, reasoningTokens }
}

function prose(prompt: Prompt): string {
  if (prompt.schema === undefined) return writeText(prompt)
  const text = prompt.turns.at(-1)?.text ?? ''
  return JSON.stringify(instanceOf(prompt.schema, { text, ordinal: 0 }))
}

function reasoningFor(prompt: Prompt, calls: readonly ToolCall[]): string {
  const plan = calls.length > 0 ? `call ${calls.map(call => call.name).join(' and ')}` : 'answer at once'
  return `The user wrote ${prompt.turns.at(-1)?.text.length ?? 0} characters. I will ${plan}.`
}

type Answer = Pick<Reply, 'text' | 'ending' | 'stopSequence'>

/** Ends an answer at the first stop sequence, then at its allowance of tokens. */
function shorten(text: string, stop: readonly string[], budget: number | undefined): Answer {
  const hits = stop
    .map(sequence => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  const [first] = hits
  const stopped = first ? text.slice(0, first.at) : text
  const tokens = tokensOf(stopped)
  if (budget !== undefined && tokens.length > budget)
    return { text: tokens.slice(0, budget).join(''), ending: 'length', stopSequence: undefined }
  return { text: stopped, ending: first ? 'stop-sequence' : 'end', stopSequence: first?.sequence }
}
