import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createReasoningParter, partReasoning } from '../src/answer/tagged-reasoning.ts'

const piece = fc.constantFrom('<reasoning>', '</reasoning>', '<reas', '</', 'oning>', '\n', ' ', 'Hm.', 'Hi.', '')

it('a text in pieces is parted as the whole is, and nothing of it is lost but the tags and what stands between them and the answer', () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat({ max: 12 })), (words, cuts) => {
      const text = words.join('')
      const whole = partReasoning(text)
      const parter = createReasoningParter()
      const parts = [...inPieces(text, cuts).map(part => parter.push(part)), parter.end()]
      expect({
        reasoning: parts.map(({ reasoning }) => reasoning).join(''),
        content: parts.map(({ content }) => content).join(''),
      }).toEqual(whole)
      if (!text.startsWith('<reasoning>')) expect(whole).toEqual({ reasoning: '', content: text })
      else {
        const [, thought = '', said = ''] = /^<reasoning>(.*?)(?:<\/reasoning>\s*(.*))?$/s.exec(text) ?? []
        expect(whole).toEqual({ reasoning: thought, content: said })
      }
    }),
    { numRuns: 2_000 },
  )
})

function inPieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map(cut => Math.min(cut * 3, text.length)), text.length].sort((a, b) => a - b)
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}
