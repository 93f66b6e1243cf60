import type { Base64EmbeddingsResponse, EmbeddingsRequest, EmbeddingsResponse } from '@modelgate/core'

/** The answer to a request, from its vectors in order. */
export function toEmbeddingsResponse(
  { model, encoding_format }: EmbeddingsRequest,
  vectors: readonly (readonly number[])[],
  tokens: number,
): EmbeddingsResponse | Base64EmbeddingsResponse {
  const rest = { object: 'list', model, usage: { prompt_tokens: tokens, total_tokens: tokens } } as const
  if (encoding_format === 'base64') {
    return {
      ...rest,
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: toBase64(vector) })),
    }
  }
  return { ...rest, data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: [...vector] })) }
}

/** Little-endian 32-bit floats, as OpenAI's SDK decodes them. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4)
  })
  return bytes.toString('base64')
}
