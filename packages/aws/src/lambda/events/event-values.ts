/** Values by name, one a name. */
export type Single = Readonly<Record<string, string | undefined>>
/** Values by name, several a name. */
export type Multiple = Readonly<Record<string, readonly string[] | undefined>>

/** The headers of an event that keeps each value by itself. */
interface EventHeaders {
  /** Lower-case names; repeated headers are joined with commas. */
  readonly headers: Readonly<Record<string, string>>
  /** Names of headers that came more than once and must not. */
  readonly doubled: readonly string[] | undefined
}

/** Names and all their values. Some senders give both forms and some only one; the multiple one is whole. */
export function eventValues(
  multiple: Multiple | null | undefined,
  single: Single | null | undefined,
): (readonly [name: string, values: readonly string[]])[] {
  if (multiple) return Object.entries(multiple).map(([name, values]) => [name, values ?? []])
  return Object.entries(single ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]]))
}

/** An event's headers by lower-case name, and those that came more than once and must not. */
export function eventHeaders(multiple: Multiple | null | undefined, single: Single | null | undefined): EventHeaders {
  const values = new Map<string, readonly string[]>()
  for (const [name, given] of eventValues(multiple, single)) {
    const lower = name.toLowerCase()
    values.set(lower, [...(values.get(lower) ?? []), ...given])
  }
  const doubled = singleHeaders.filter(name => (values.get(name)?.length ?? 0) > 1)
  return {
    headers: Object.fromEntries([...values].map(([name, given]) => [name, given.join(', ')])),
    doubled: doubled.length > 0 ? doubled : undefined,
  }
}

const singleHeaders = ['authorization', 'idempotency-key'] as const
