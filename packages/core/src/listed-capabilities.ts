import type { TargetCapabilities } from './target-capabilities.ts'
import type { ListedCapabilities } from './wire/model.ts'

/**
 * What a provider knows of a model, in the words of `GET /v1/models`. A number without a bound is left out, as what is unknown: JSON
 * has no infinity.
 */
export function toListedCapabilities(known: TargetCapabilities | undefined): ListedCapabilities {
  if (!known) return {}
  const { operations, tools, streaming, images, documents, audio, contextTokens } = known
  return {
    ...(operations && { operations }),
    ...(tools !== undefined && { tools }),
    ...(streaming !== undefined && { streaming }),
    ...numbered('images', images),
    ...numbered('documents', documents),
    ...numbered('audio', audio),
    ...numbered('context_tokens', contextTokens),
  }
}

/**
 * What a route can do: whatever one of its targets can, since a call passes over those that cannot. What is unknown of one is
 * unknown of the route.
 */
export function capabilitiesOfAny(all: readonly (TargetCapabilities | undefined)[]): TargetCapabilities | undefined {
  const known = all.filter(capabilities => capabilities !== undefined)
  if (known.length === 0 || known.length < all.length) return undefined
  const operations = valuesOf(known, ({ operations }) => operations)?.flat()
  const most = (of: (one: TargetCapabilities) => number | undefined): number | undefined => {
    const values = valuesOf(known, of)
    return values && Math.max(...values)
  }
  return {
    operations: operations && [...new Set(operations)],
    tools: valuesOf(known, ({ tools }) => tools)?.includes(true),
    streaming: valuesOf(known, ({ streaming }) => streaming)?.includes(true),
    images: most(({ images }) => images),
    documents: most(({ documents }) => documents),
    audio: most(({ audio }) => audio),
    contextTokens: most(({ contextTokens }) => contextTokens),
  }
}

/** Every one's value; `undefined` where one has none. */
function valuesOf<T>(
  all: readonly TargetCapabilities[],
  of: (one: TargetCapabilities) => T | undefined,
): readonly T[] | undefined {
  const values = all.map(of).filter(value => value !== undefined)
  return values.length === all.length ? values : undefined
}

function numbered<Name extends string>(name: Name, value: number | undefined): { readonly [N in Name]?: number } {
  return value !== undefined && Number.isFinite(value) ? ({ [name]: value } as { [N in Name]: number }) : {}
}
