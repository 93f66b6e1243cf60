import { integerBelow, type Random } from '../random.ts'

/** Cuts text at random between characters. */
export function slicesOf(text: string, random: Random): readonly string[] {
  const characters = Array.from(text)
  const slices: string[] = []
  while (characters.length > 0) slices.push(characters.splice(0, 1 + integerBelow(random, 9)).join(''))
  return slices
}
