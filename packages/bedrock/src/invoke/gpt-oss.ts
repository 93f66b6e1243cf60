import { createReasoningParter, partReasoning } from '../answer/tagged-reasoning.ts'
import { openBody } from './chat-body.ts'
import type { NativeFamily } from './native-family.ts'

/** gpt-oss: a body like OpenAI's, and thoughts in tags where its answer begins. */
export const gptOss: NativeFamily = {
  ...openBody,
  readAnswer(answer) {
    const piece = openBody.readAnswer(answer)
    if (piece.text === undefined) return piece
    const { reasoning, content } = partReasoning(piece.text)
    return { ...piece, text: content, reasoning: (piece.reasoning ?? '') + reasoning }
  },
  createChunkReader() {
    const readChunk = openBody.createChunkReader()
    const parter = createReasoningParter()
    return chunk => {
      const piece = readChunk(chunk)
      if (parter.isOver || (piece.text === undefined && piece.ending === undefined)) return piece
      const said = parter.push(piece.text ?? '')
      const rest = piece.ending === undefined ? undefined : parter.end()
      return {
        ...piece,
        text: said.content + (rest?.content ?? ''),
        reasoning: (piece.reasoning ?? '') + said.reasoning + (rest?.reasoning ?? ''),
      }
    }
  },
}
