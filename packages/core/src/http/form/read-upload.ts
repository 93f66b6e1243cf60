import type { UploadedFile, UploadSettings } from '../../batch-operations.ts'
import { GatewayError } from '../../errors.ts'
import { type FormPart, FormReader, fieldText } from './form-reader.ts'

/** Where an upload comes from. */
interface UploadSource {
  readonly reads: AsyncIterable<Uint8Array>
  readonly contentType: string | undefined
}

/**
 * The form of `POST /v1/files`, up to the first byte of its file. Fields behind the file are read after it.
 * @throws {GatewayError} `invalid_request` for a form without a file, a purpose that is not `batch`, or a field that came twice.
 * @see https://platform.openai.com/docs/api-reference/files/create
 */
export async function readUpload({ reads, contentType }: UploadSource): Promise<UploadedFile> {
  const form = new FormReader(reads, contentType)
  const fields = new Map<string, string>()
  for (;;) {
    const part = await form.next()
    if (!part) throw invalid('file', 'The form holds no file; send one in the field `file`.')
    if (part.name === 'file' && part.filename !== undefined) {
      checkPurpose(fields, false)
      const rest = async (): Promise<void> => readRest(form, fields)
      return { filename: part.filename, bytes: thenRest(part.bytes, rest), settings: () => settingsOf(fields) }
    }
    await readField(part, fields)
  }
}

async function* thenRest(
  bytes: AsyncIterable<Uint8Array>,
  rest: () => Promise<void>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* bytes
  await rest()
}

async function readRest(form: FormReader, fields: Map<string, string>): Promise<void> {
  for (let part = await form.next(); part; part = await form.next()) {
    if (part.filename !== undefined) throw invalid('file', 'The form holds more than one file; send each by itself.')
    await readField(part, fields)
  }
}

/** More are no form of a file's: they would fill the memory that constant uploads need. */
const mostFields = 16

async function readField(part: FormPart, fields: Map<string, string>): Promise<void> {
  // One name for ever would pass for one field, and be read before any limit has counted the call.
  if (fields.has(part.name))
    throw invalid(part.name.slice(0, 60), `${part.name.slice(0, 60)}: came more than once; send it once.`)
  if (fields.size >= mostFields)
    throw invalid(
      part.name.slice(0, 60),
      `The form holds more than ${mostFields} fields; send \`purpose\` and \`file\`.`,
    )
  fields.set(part.name, await fieldText(part))
}

function settingsOf(fields: ReadonlyMap<string, string>): UploadSettings {
  checkPurpose(fields, true)
  // Who asks for an end, and gets none for half of it being missing, keeps files for longer than is meant.
  if (![...fields.keys()].some(name => name.startsWith('expires_after'))) return {}
  const anchor = fields.get('expires_after[anchor]') ?? 'created_at'
  if (anchor !== 'created_at')
    throw invalid('expires_after', `expires_after[anchor]: must be created_at, got ${shown(anchor)}.`)
  const seconds = fields.get('expires_after[seconds]')
  const expiresAfterSeconds = Number(seconds)
  if (!Number.isInteger(expiresAfterSeconds) || expiresAfterSeconds < 3_600 || expiresAfterSeconds > 2_592_000)
    throw invalid('expires_after', `expires_after[seconds]: must be 3600 to 2592000, got ${shown(seconds)}.`)
  return { expiresAfterSeconds }
}

function checkPurpose(fields: ReadonlyMap<string, string>, isWhole: boolean): void {
  const purpose = fields.get('purpose')
  if (purpose === 'batch' || (purpose === undefined && !isWhole)) return
  throw invalid('purpose', `purpose: must be 'batch', the one purpose of files here, got ${shown(purpose)}.`)
}

function shown(text: string | undefined): string {
  return text === undefined ? 'nothing' : `'${text.slice(0, 60)}'`
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
