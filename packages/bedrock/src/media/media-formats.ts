import type { AudioFormat, DocumentFormat, ImageFormat, VideoFormat } from '../wire/converse-wire.ts'

/** What a medium is, and in which of Converse's formats. */
export type MediaFormat =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'document'; readonly format: DocumentFormat }
  | { readonly kind: 'video'; readonly format: VideoFormat }
  | { readonly kind: 'audio'; readonly format: AudioFormat }
/** The kinds of media that Converse has blocks for. */
export type MediaKind = MediaFormat['kind']

/** Each format with the media types and the file extensions that mean it, the most usual first. */
const rows: readonly (readonly [MediaFormat, mediaTypes: readonly string[], extensions: readonly string[]])[] = [
  [{ kind: 'image', format: 'png' }, ['image/png'], ['png']],
  [{ kind: 'image', format: 'jpeg' }, ['image/jpeg', 'image/jpg'], ['jpg', 'jpeg']],
  [{ kind: 'image', format: 'gif' }, ['image/gif'], ['gif']],
  [{ kind: 'image', format: 'webp' }, ['image/webp'], ['webp']],
  [{ kind: 'document', format: 'pdf' }, ['application/pdf'], ['pdf']],
  [{ kind: 'document', format: 'csv' }, ['text/csv', 'application/csv'], ['csv']],
  [{ kind: 'document', format: 'doc' }, ['application/msword'], ['doc']],
  [
    { kind: 'document', format: 'docx' },
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['docx'],
  ],
  [{ kind: 'document', format: 'xls' }, ['application/vnd.ms-excel'], ['xls']],
  [
    { kind: 'document', format: 'xlsx' },
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['xlsx'],
  ],
  [{ kind: 'document', format: 'html' }, ['text/html'], ['html', 'htm']],
  [{ kind: 'document', format: 'txt' }, ['text/plain'], ['txt']],
  [{ kind: 'document', format: 'md' }, ['text/markdown', 'text/x-markdown'], ['md']],
  [{ kind: 'video', format: 'mp4' }, ['video/mp4'], ['mp4']],
  [{ kind: 'video', format: 'mov' }, ['video/quicktime'], ['mov']],
  [{ kind: 'video', format: 'mkv' }, ['video/x-matroska', 'video/matroska'], ['mkv']],
  [{ kind: 'video', format: 'webm' }, ['video/webm'], ['webm']],
  [{ kind: 'video', format: 'flv' }, ['video/x-flv'], ['flv']],
  [{ kind: 'video', format: 'mpeg' }, ['video/mpeg'], ['mpeg']],
  [{ kind: 'video', format: 'mpg' }, [], ['mpg']],
  [{ kind: 'video', format: 'wmv' }, ['video/x-ms-wmv'], ['wmv']],
  [{ kind: 'video', format: 'three_gp' }, ['video/3gpp'], ['3gp']],
  [{ kind: 'audio', format: 'wav' }, ['audio/wav', 'audio/x-wav', 'audio/wave'], ['wav']],
  [{ kind: 'audio', format: 'mp3' }, ['audio/mpeg', 'audio/mp3'], ['mp3']],
  [{ kind: 'audio', format: 'opus' }, ['audio/opus'], ['opus']],
  [{ kind: 'audio', format: 'aac' }, ['audio/aac'], ['aac']],
  [{ kind: 'audio', format: 'flac' }, ['audio/flac'], ['flac']],
  [{ kind: 'audio', format: 'ogg' }, ['audio/ogg'], ['ogg']],
  [{ kind: 'audio', format: 'm4a' }, ['audio/mp4', 'audio/x-m4a'], ['m4a']],
  [{ kind: 'audio', format: 'webm' }, ['audio/webm'], []],
]

const byType: ReadonlyMap<string, MediaFormat> = new Map(
  rows.flatMap(([format, mediaTypes]) => mediaTypes.map(mediaType => [mediaType, format] as const)),
)
const byExtension: ReadonlyMap<string, MediaFormat> = new Map(
  rows.flatMap(([format, , extensions]) => extensions.map(extension => [extension, format] as const)),
)

/** What a media type in lower case means; `undefined` for one that Converse has no format for. */
export function formatOfType(mediaType: string): MediaFormat | undefined {
  return byType.get(mediaType)
}

/** What the extension of a file's name or address means: `report.PDF`, `s3://bucket/cat.jpg`. */
export function formatOfName(name: string): MediaFormat | undefined {
  const extension = /\.([a-z0-9]{2,4})$/i.exec(name)?.[1]
  return extension === undefined ? undefined : byExtension.get(extension.toLowerCase())
}

/** The audio format that a client calls by this name, as `wav`. */
export function audioFormatOf(name: string): AudioFormat | undefined {
  const found = byExtension.get(name.toLowerCase())
  return found?.kind === 'audio' ? found.format : undefined
}
