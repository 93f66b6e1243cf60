import type { Turn } from '../brain/prompt.ts'

/** A rarer kind of answer. */
export type TriggerName = 'guardrail' | 'redacted' | 'search' | 'preamble' | 'interleave' | 'no-id'

/** What a prompt may ask of the simulated Bedrock itself. */
export interface Triggers {
  /** The stopReason to end with, whatever the answer is. */
  readonly stopReason: string | undefined
  has(name: TriggerName): boolean
}

const NAMES: readonly TriggerName[] = ['guardrail', 'redacted', 'search', 'preamble', 'interleave', 'no-id']
const TRIGGER = new RegExp(`\\s?#(?:stop:([a-z_]+)|(${NAMES.join('|')}))(?![\\w-])`, 'g')

/** The triggers in the last turn, as `#redacted` or `#stop:malformed_tool_use`. */
export function triggersIn(turns: readonly Turn[]): Triggers {
  const found = Array.from((turns.at(-1)?.text ?? '').matchAll(TRIGGER))
  const names = found.map(([, , name]) => name)
  return {
    stopReason: found.map(match => match[1]).find(reason => reason !== undefined),
    has: name => names.includes(name),
  }
}

/** The last turn without its triggers, which the model does not see. */
export function withoutTriggers(turns: readonly Turn[]): readonly Turn[] {
  return turns.map((turn, index) =>
    index === turns.length - 1 && turn.text.includes('#') ? { ...turn, text: turn.text.replace(TRIGGER, '') } : turn,
  )
}
