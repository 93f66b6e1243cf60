/**
 * What stands before a space that takes a mark of a prompt's format its meaning. Spaces that are there already count as part of it,
 * so that one more is always one more, and to take one away gives the very text back.
 */
type PromptMarks = RegExp

/** `[INST]`, `[/INST]`, `<<SYS>>`, `<</SYS>>`, `<s>`, `</s>`: Mistral's first models and Llama 2. */
export const instructionMarks: PromptMarks = /(?:\[|<<|<) *(?=\/?(?:INST\]|SYS>>|s>))/g

/** `<|eot_id|>` and all others of Llama since 3. */
export const headerMarks: PromptMarks = /<\| */g

/** A line that begins with a speaker's name and a colon. */
export function speakerMarks(...speakers: readonly string[]): PromptMarks {
  return new RegExp(`^[ \\t]*(?:${speakers.join('|')}) *(?=:)`, 'gim')
}

/**
 * A caller's text that cannot end its turn and begin another: each mark of the format gets a space, as `[ INST]` or `User :`. A
 * space survives every tokenizer's normalisation, which an invisible character does not, and a reader sees what was done.
 */
export function disarmed(text: string, marks: PromptMarks): string {
  return text.replace(marks, '$& ')
}
