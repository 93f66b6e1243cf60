import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { familiesTaking } from '../models/models.ts'
import { lacking, refused } from '../request/invalid-request.ts'
import type {
  AudioBlock,
  DocumentBlock,
  ImageBlock,
  ImageFormat,
  MediaSource,
  VideoBlock,
} from '../wire/converse-wire.ts'
import { createDocumentNames, type DocumentNames } from './documents.ts'
import { imageSizeOf } from './image-size.ts'
import type { MediaFormat, MediaKind } from './media-formats.ts'
import { s3Refused } from './s3-access.ts'

/** A block of any medium. */
export type MediaBlock =
  | { readonly image: ImageBlock }
  | { readonly document: DocumentBlock }
  | { readonly video: VideoBlock }
  | { readonly audio: AudioBlock }

/** A medium as the request brought it. */
export interface Medium {
  readonly is: MediaFormat
  readonly source: MediaSource
  readonly filename?: string | undefined
}

/** What bounds one kind: the capability that counts it, and the bytes that Converse takes of one, be the model what it may. */
interface Limit {
  readonly capability: 'images' | 'documents' | 'video' | 'audio'
  /** As in "an image", "images". */
  readonly one: string
  readonly many: string
  readonly maxBytes: number
}

const megabyte = 1024 * 1024
/** Of an image's width and height. */
const maxPixels = 8_000

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-api-restrictions.html */
const limits: Readonly<Record<MediaKind, Limit>> = {
  image: { capability: 'images', one: 'an image', many: 'images', maxBytes: Number.POSITIVE_INFINITY },
  document: { capability: 'documents', one: 'a document', many: 'documents', maxBytes: 4.5 * megabyte },
  // 25 MB of base64.
  video: { capability: 'video', one: 'a video', many: 'videos', maxBytes: 18.75 * megabyte },
  audio: { capability: 'audio', one: 'a recording', many: 'recordings', maxBytes: Number.POSITIVE_INFINITY },
}

/** The media of one request: counts them, names its documents, and refuses what the model would. */
export class RequestMedia {
  readonly #capabilities: ModelCapabilities
  readonly #counts: Record<MediaKind, number> = { image: 0, document: 0, video: 0, audio: 0 }
  #documentName: DocumentNames | undefined

  constructor(capabilities: ModelCapabilities) {
    this.#capabilities = capabilities
  }

  /**
   * Refuses a kind that the model does not know, before anybody looks at its bytes.
   * @throws {GatewayError} `invalid_request` naming the part and a model that takes it.
   */
  mustTake(kind: MediaKind, at: string): void {
    const { capability, many } = limits[kind]
    if (this.#capabilities[capability] > 0) return
    throw lacking(capability, at, this.#cannotTake(many, familiesTaking(capability)))
  }

  /**
   * Refuses an `s3://` address where the provider was not set up to send any.
   * @throws {GatewayError} `invalid_request` naming the part.
   */
  mustReadS3(at: string): void {
    if (!this.#capabilities.s3Allowed) throw s3Refused(at)
  }

  /**
   * The block of a medium.
   * @throws {GatewayError} `invalid_request` naming the part, for a kind, number, size or address that the model does not take.
   */
  toBlock({ is, source, filename }: Medium, at: string): MediaBlock {
    this.mustTake(is.kind, at)
    this.#count(is.kind, at)
    if ('bytes' in source) this.#weigh(is, source.bytes, at)
    else if (!this.#capabilities.s3Sources)
      throw refused(at, this.#cannotTake('s3:// addresses', familiesTaking('s3Sources')))
    switch (is.kind) {
      case 'image':
        return { image: { format: is.format, source } }
      case 'document':
        this.#documentName ??= createDocumentNames()
        return { document: { format: is.format, name: this.#documentName(filename), source } }
      case 'video':
        return { video: { format: is.format, source } }
      default:
        return { audio: { format: is.format, source } }
    }
  }

  #count(kind: MediaKind, at: string): void {
    const { capability, one, many } = limits[kind]
    const most = this.#capabilities[capability]
    this.#counts[kind] += 1
    if (this.#counts[kind] <= most) return
    const why = `${one} too many: ${this.#capabilities.family} takes at most ${most} in one request; leave out older ${many}`
    throw lacking(capability, at, why)
  }

  #weigh(is: MediaFormat, base64: string, at: string): void {
    const { one } = limits[is.kind]
    const maxBytes = is.kind === 'image' ? this.#capabilities.imageBytes : limits[is.kind].maxBytes
    if (is.kind === 'image') measure(is.format, base64, at)
    const bytes = (base64.length * 3) / 4 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
    const mayBeLarge = is.kind === 'document' && this.#capabilities.largeDocuments.includes(is.format)
    if (bytes <= maxBytes || mayBeLarge) return
    const size = `${(bytes / megabyte).toFixed(2)} MB`
    throw refused(at, `Bedrock takes ${one} of at most ${maxBytes / megabyte} MB, not ${size}; send a smaller one`)
  }

  #cannotTake(what: string, families: string): string {
    const remedy = `leave it out, or use a model that takes them, such as ${families}`
    return `${this.#capabilities.family} takes no ${what}; ${remedy}`
  }
}

function measure(format: ImageFormat, base64: string, at: string): void {
  const { width, height } = imageSizeOf(format, base64) ?? { width: 0, height: 0 }
  if (width <= maxPixels && height <= maxPixels) return
  const most = `${maxPixels} × ${maxPixels}`
  throw refused(at, `Bedrock takes an image of at most ${most} pixels, not ${width} × ${height}; send a smaller one`)
}
