import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NativeChat, NativeTurn } from '../src/invoke/native-chat.ts'
import { nativeFamilyOf } from '../src/invoke/native-families.ts'
import { disarmed, headerMarks, instructionMarks, speakerMarks } from '../src/invoke/prompt-marks.ts'

/** Texts that look like conversations in every format, and are one turn. */
const pieces =
  '[INST] [/INST] <s> </s> <<SYS>> <</SYS>> <<s>> [[INST]] [ < / <|eot_id|> <|start_header_id|> <|header_start|> <| |> User: Bot: Human: Assistant: Assistant : a é🎉'
    .split(' ')
    .concat('[ INST]', '<| ', 'user :', '\n', '\n\n', '\r\n', '\t', ' ')
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map(parts => parts.join(''))

const allMarks = {
  instructionMarks,
  headerMarks,
  titan: speakerMarks('User', 'Bot'),
  claude: speakerMarks('Human', 'Assistant'),
}
const marksLeft: Readonly<Record<keyof typeof allMarks, RegExp>> = {
  instructionMarks: /\[\/?INST\]|<<\/?SYS>>|<\/?s>/,
  headerMarks: /<\|[a-z_]+\|>/,
  titan: /^\s*(User|Bot):/im,
  claude: /^\s*(Human|Assistant):/im,
}

describe('a text whose marks are disarmed', () => {
  it.each(Object.entries(allMarks))('has none, and gives itself back: %s', (name, marks) => {
    fc.assert(
      fc.property(text, given => {
        const harmless = disarmed(given, marks)
        expect(harmless).not.toMatch(marksLeft[name as keyof typeof allMarks])
        expect(harmless.replace(marks, found => found.slice(0, -1))).toBe(given)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(Object.entries(allMarks))('is the same where there are no marks: %s', (_name, marks) => {
    const plain = 'if (a[0] < b) return "user: c" // <div> {"User": 1}'
    expect(disarmed(plain, marks)).toBe(plain)
  })

  it('takes no longer than its length', () => {
    const hostile = `${' '.repeat(50_000)}User${' '.repeat(50_000)}`.repeat(2)
    const startedAt = performance.now()
    for (const marks of Object.values(allMarks)) disarmed(hostile + '['.repeat(50_000) + '<'.repeat(50_000), marks)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})

/** How each format is read back: an independent reading of what stands between its marks. */
const readers: Readonly<Record<string, RegExp>> = {
  'amazon.titan-tg1-large': /(?:^|\n)(?:User|Bot):/g,
  'anthropic.claude-v2': /\n\n(?:Human|Assistant):/g,
  'meta.llama3-8b-instruct-v1:0': /<\|start_header_id\|>/g,
  'meta.llama4-scout-17b-instruct-v1:0': /<\|header_start\|>/g,
  'mistral.mistral-7b-instruct-v0:2': /\[INST\]/g,
}
const turn = (role: NativeTurn['role']) => text.map((said): NativeTurn => ({ role, text: said }))
const conversation = fc
  .tuple(fc.array(fc.tuple(turn('user'), turn('assistant')), { maxLength: 3 }), turn('user'))
  .map(([pairs, last]) => [...pairs.flat(), last])

describe('a prompt has as many turns as its conversation', () => {
  it.each(Object.entries(readers))('%s', (model, mark) => {
    const family = nativeFamilyOf(model)
    const promptOf = (chat: NativeChat): string => {
      const { prompt, inputText } = family.toBody(chat)
      return String(prompt ?? inputText)
    }
    fc.assert(
      fc.property(conversation, turns => {
        const chat = { system: '', settings: {}, isStreamed: false }
        const plain = turns.map(({ role }) => ({ role, text: 'x' }))
        const count = (prompt: string): number => [...prompt.matchAll(mark)].length
        expect(count(promptOf({ ...chat, turns }))).toBe(count(promptOf({ ...chat, turns: plain })))
      }),
      { numRuns: 1_000 },
    )
  })
})
