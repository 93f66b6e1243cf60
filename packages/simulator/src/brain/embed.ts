import { createRandom, hashOf } from '../random.ts'

const MAX_WORDS = 64

/**
 * A unit vector for a text, always the same. Each word adds a direction of its own, so texts that share words lie near each other and
 * a demo of semantic search works.
 */
export function embed(text: string, dimensions: number): readonly number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const vector = new Float64Array(dimensions)
  for (const word of [...words.slice(0, MAX_WORDS), `whole:${text}`]) {
    const random = createRandom(hashOf(word))
    const weight = word.startsWith('whole:') ? 0.1 : 1
    for (let index = 0; index < dimensions; index++) vector[index] = (vector[index] ?? 0) + weight * (random() - 0.5)
  }
  const length = Math.hypot(...vector)
  return Array.from(vector, component => Math.fround(component / length))
}
