import type { BatchLine, BatchUpload } from '@modelgate/core'

const lineEnd = Buffer.from('\n')

/** A file's lines for OpenAI: as they came, but that one which names a route, or has got an output cap, is written anew. */
export async function* openaiLines({ lines, model, target }: BatchUpload): AsyncGenerator<Uint8Array, void, void> {
  for await (const line of lines) {
    yield line.bytes.length === 0
      ? lineEnd
      : Buffer.concat([lineFor(line, model === target.model, target.model), lineEnd])
  }
}

function lineFor({ bytes, body }: BatchLine, isNamedSo: boolean, model: string): Uint8Array {
  const given = JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly body: Readonly<Record<string, unknown>> }
  const isCapped = body.max_completion_tokens !== given.body.max_completion_tokens
  if (isNamedSo && !isCapped) return bytes
  const caps = isCapped ? { max_completion_tokens: body.max_completion_tokens } : {}
  return Buffer.from(JSON.stringify({ ...given, body: { ...given.body, ...caps, model } }))
}
