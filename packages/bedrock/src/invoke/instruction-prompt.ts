import type { NativeChat } from './native-chat.ts'
import { disarmed, instructionMarks } from './prompt-marks.ts'

/**
 * Turns between `[INST]` and `[/INST]`, as Mistral's first models and Llama 2 take them. Instructions stand in the first.
 * @param over what follows an answer that is complete.
 */
export function instructionPrompt({ system, turns }: NativeChat, over: string): string {
  const instructions = system === '' ? '' : `<<SYS>>\n${disarmed(system, instructionMarks)}\n<</SYS>>\n\n`
  let prompt = '<s>'
  turns.forEach(({ role, text }, index) => {
    const said = disarmed(text, instructionMarks)
    if (role === 'user') prompt += `[INST] ${index === 0 ? instructions : ''}${said} [/INST]`
    else prompt += ` ${said}${index === turns.length - 1 ? '' : over}`
  })
  return prompt
}
