import type { NativeTurn } from './native-chat.ts'

/**
 * Turns as lines of a play, each opened by its speaker: `User: …`. The assistant's name opens the answer, unless the last turn is its
 * own, which it then continues. The turns' marks must have been disarmed.
 */
export function spokenPrompt(
  turns: readonly NativeTurn[],
  speakers: Readonly<Record<NativeTurn['role'], string>>,
  separator: string = '\n',
): string {
  const lines = turns.map(({ role, text }) => `${speakers[role]}: ${text}`)
  if (turns.at(-1)?.role === 'user') lines.push(`${speakers.assistant}:`)
  return lines.join(separator)
}
