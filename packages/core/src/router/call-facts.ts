import type { Call } from '../contract.ts'
import { estimatePromptTokens } from '../usage/estimate-prompt.ts'

type Part = Readonly<Record<string, unknown>>

interface Media {
  readonly images: number
  readonly documents: number
  readonly audio: number
}

/** What a choice of targets may ask of one call; what costs to find out is found out when it is first asked for. */
export class CallFacts {
  readonly call: Call
  #media: Media | undefined
  #promptTokens: number | undefined

  constructor(call: Call) {
    this.call = call
  }

  get stream(): boolean {
    return this.member('stream') === true
  }

  get tools(): boolean {
    return isFilled(this.member('tools')) || isFilled(this.member('functions'))
  }

  /** Whether they are offered for use, and not only named. */
  get needsTools(): boolean {
    return this.tools && (this.member('tool_choice') ?? this.member('function_call')) !== 'none'
  }

  get images(): number {
    return this.#count().images
  }

  get documents(): number {
    return this.#count().documents
  }

  get audio(): number {
    return this.#count().audio
  }

  /** Estimated. */
  get promptTokens(): number {
    this.#promptTokens ??= estimatePromptTokens(this.call.request)
    return this.#promptTokens
  }

  /** A member of the request, which may hold anything. */
  member(name: string): unknown {
    return Reflect.get(this.call.request, name)
  }

  #count(): Media {
    if (this.#media) return this.#media
    const media = { images: 0, documents: 0, audio: 0 }
    const messages = this.member('messages')
    if (Array.isArray(messages)) {
      for (const { content } of messages as readonly { readonly content?: unknown }[]) {
        if (!Array.isArray(content)) continue
        for (const { type } of content as readonly Part[]) {
          if (type === 'image_url') media.images += 1
          else if (type === 'file') media.documents += 1
          else if (type === 'input_audio') media.audio += 1
        }
      }
    }
    this.#media = media
    return media
  }
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}
