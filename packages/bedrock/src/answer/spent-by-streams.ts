import { bytesPerToken, type Outcome, type Usage } from '@modelgate/core'
import { sumUsage } from './sum-usage.ts'

type Spent = Pick<Outcome, 'usage' | 'usageSource'>

/** What several streams of one prompt have used by now: as those told that are over, and of the others the same prompt and what passed. */
export class SpentByStreams {
  readonly #usages: (Usage | undefined)[] = []
  /** Of each, by its index. */
  readonly #bytesPassed: number[] = []
  #bytesTold = 0

  /** How many are over. */
  get over(): number {
    return this.#usages.length
  }

  /** Of all, where each of them has told. */
  get reported(): Usage | undefined {
    return sumUsage(this.#usages)
  }

  /** Of all choices, so far. */
  get tokensPassed(): number {
    return tokensOf(this.#bytes())
  }

  passed(index: number, bytes: number): void {
    this.#bytesPassed[index] = (this.#bytesPassed[index] ?? 0) + bytes
  }

  ended(index: number, usage: Usage | undefined): void {
    this.#usages.push(usage)
    if (usage) this.#bytesTold += this.#bytesPassed[index] ?? 0
  }

  /** @param opened how many streams were asked for, over or not */
  spent(opened: number): Spent | undefined {
    const told = this.#usages.filter(usage => usage !== undefined)
    const sum = sumUsage(told)
    const [first] = told
    if (!sum || !first) return undefined
    const silent = opened - told.length
    if (silent === 0) return { usage: sum, usageSource: 'reported' }
    const prompt_tokens = sum.prompt_tokens + silent * first.prompt_tokens
    const completion_tokens = (sum.completion_tokens ?? 0) + tokensOf(this.#bytes() - this.#bytesTold)
    const usage = { ...sum, prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
    return { usage, usageSource: 'estimated' }
  }

  #bytes(): number {
    return this.#bytesPassed.reduce((sum, bytes) => sum + bytes, 0)
  }
}

function tokensOf(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken)
}
