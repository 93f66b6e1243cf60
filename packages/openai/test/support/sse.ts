import type { UpstreamBody } from '@modelgate/core'
import fc from 'fast-check'

const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18' }

export interface ChunkParts {
  readonly content?: string
  readonly finish?: string | null
  readonly index?: number
}

export function chunk({ content, finish = null, index = 0 }: ChunkParts): object {
  return {
    ...base,
    choices: [{ index, delta: content === undefined ? {} : { content }, finish_reason: finish }],
    usage: null,
  }
}

export const roleChunk: object = {
  ...base,
  choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
  usage: null,
}
export const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 }
export const usageChunk: object = { ...base, choices: [], usage }

/** Events as OpenAI writes them. */
export function events(...values: readonly (object | string)[]): string {
  return values.map(value => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('')
}

/** A whole answer: role, contents, finish, usage, `[DONE]`. */
export function answer(...contents: readonly string[]): string {
  return events(
    roleChunk,
    ...contents.map(content => chunk({ content })),
    chunk({ finish: 'stop' }),
    usageChunk,
    '[DONE]',
  )
}

/** A body that brings `text` in reads that end at these byte positions. `closed` tells whether it was closed. */
export function bodyOf(text: string, cuts: readonly number[] = []): UpstreamBody & { closed: boolean } {
  const bytes = Buffer.from(text)
  const ends = [...new Set([...cuts.filter(cut => cut > 0 && cut < bytes.length), bytes.length])].sort((a, b) => a - b)
  const reads = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
  const body = {
    closed: false,
    next() {
      const value = body.closed ? undefined : reads.shift()
      return Promise.resolve(value ? { done: false as const, value } : { done: true as const, value: undefined })
    },
    return() {
      body.closed = true
      return Promise.resolve({ done: true as const, value: undefined })
    },
  }
  return body
}

/** Positions at every byte of a text. */
export function everyByte(text: string): number[] {
  return Array.from({ length: Buffer.byteLength(text) }, (_, at) => at)
}

/** Random cuts of a text. */
export function someCuts(text: string): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(Buffer.byteLength(text)), { maxLength: 30 })
}
