import { type ChatCompletionChunk, type FrameBatch, hasContent } from '@modelgate/core'
import type { Take } from '../upstream/bedrock-runtime.ts'
import type { Said, StreamTranslator } from './stream.ts'

/** The events of one upstream read as one batch, where they hold anything to say. */
export function toBatches(translator: StreamTranslator): Take<FrameBatch> {
  return events => {
    const all: Said[] = []
    for (const event of events) for (const said of translator.say(event)) all.push(said)
    return all.length > 0 ? new SaidBatch(all, translator) : undefined
  }
}

/** Chunks only for who asks for them: a stream that is passed on needs none. */
class SaidBatch implements FrameBatch {
  readonly #said: readonly Said[]
  readonly #translator: StreamTranslator
  #bytes: Uint8Array | undefined
  #frames: readonly ChatCompletionChunk[] | undefined

  constructor(said: readonly Said[], translator: StreamTranslator) {
    this.#said = said
    this.#translator = translator
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#encoded()
    return this.#bytes
  }

  get frames(): readonly ChatCompletionChunk[] {
    this.#frames ??= this.#said.map(said => this.#translator.chunkOf(said))
    return this.#frames
  }

  get hasContent(): boolean {
    return this.#said.some(said => typeof said === 'string' || hasContent(said))
  }

  #encoded(): Uint8Array {
    let events = ''
    for (const said of this.#said) events += this.#translator.encode(said)
    return Buffer.from(events)
  }
}
