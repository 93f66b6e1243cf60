/** A choice's finish, as its last chunk tells it. */
interface Finish {
  /** The choice's index, or what stands in its place. */
  readonly index: unknown
  readonly reason: string
}

/** The finishes of the choices in a chunk, which may be anything. */
export function finishesOf(chunk: unknown): Finish[] {
  if (!isObject(chunk) || !Array.isArray(chunk.choices)) return []
  return chunk.choices.flatMap((choice: unknown) => {
    const reason = isObject(choice) ? choice.finish_reason : undefined
    return isObject(choice) && typeof reason === 'string' && reason !== '' ? [{ index: choice.index, reason }] : []
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
