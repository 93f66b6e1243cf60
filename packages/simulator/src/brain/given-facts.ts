/** A user's turn, taken apart. */
export interface AskedTurn {
  /** What was asked. */
  readonly asked: string
  /** Names of the facts that stood behind it, as a gateway adds them: none where there are none. */
  readonly facts: readonly string[]
}

const block = /\n?<context id="([\w-]+)">\n[^\n]*\n(\{.*\})\n<\/context id="\1">\s*$/

/** A block of facts at the end of a turn is no part of the question: a model would answer from it. */
export function takeFacts(text: string): AskedTurn {
  const found = block.exec(text)
  const items = found && itemsOf(found[2] ?? '')
  if (!found || !items) return { asked: text, facts: [] }
  return { asked: text.slice(0, found.index), facts: items.map(nameOf) }
}

function itemsOf(json: string): readonly unknown[] | undefined {
  try {
    const { items } = JSON.parse(json) as { items?: unknown }
    return Array.isArray(items) ? items : undefined
  } catch {
    return undefined
  }
}

/** As in `Hollin Kettle (49.5)`. */
function nameOf(item: unknown): string {
  const { name, price } = (typeof item === 'object' && item !== null ? item : {}) as { name?: unknown; price?: unknown }
  if (typeof name !== 'string') return JSON.stringify(item)
  return typeof price === 'number' ? `${name} (${price})` : name
}
