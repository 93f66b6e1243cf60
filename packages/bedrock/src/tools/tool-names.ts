import { createHash } from 'node:crypto'
import type { ModelCapabilities } from '../models/model-capabilities.ts'

/** Translates tool names of one request to ones that Converse takes, and back in the answer. */
export interface ToolNames {
  readonly toWire: (name: string) => string
  readonly fromWire: (name: string) => string
}

const legal = /^[a-zA-Z0-9_-]{1,64}$/

/** Of a request without tools, as most are. Only the tool that an answer's form is asked for by may come to it, whose name is legal. */
const noToolNames: ToolNames = { toWire: name => name, fromWire: name => name }

/**
 * MCP servers name tools `files/read`, `notes.list` or longer than 64 characters, which Converse refuses. Legal names are kept;
 * others have each illegal character replaced by `_`, and a hash where that makes them equal to another. `names` are the
 * request's own, all of them, so that a sanitised name never takes one that the caller gave to another tool.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
 */
export function createToolNames(names: readonly string[]): ToolNames {
  if (names.length === 0) return noToolNames
  const wireNames = new Map<string, string>()
  const callerNames = new Map<string, string>()
  const add = (name: string, wire: string): string => {
    wireNames.set(name, wire)
    callerNames.set(wire, name)
    return wire
  }
  function toWire(name: string): string {
    const known = wireNames.get(name)
    if (known !== undefined) return known
    const plain = legal.test(name) ? name : name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
    let wire = plain
    // A caller may have given the name with the hash to another tool.
    for (let length = 8; wire === '' || callerNames.has(wire); length += 8) {
      wire = `${plain.slice(0, 63 - length)}_${digest(name, length)}`
    }
    return add(name, wire)
  }
  for (const name of names.filter(candidate => legal.test(candidate))) toWire(name)
  for (const name of names) toWire(name)
  return { toWire, fromWire: name => callerNames.get(name) ?? name }
}

/** Translates a tool call's id. The same id always gives the same result, so that calls and results keep matching. */
export type ToolIds = (id: string) => string

/**
 * By what a model takes. An id that it refuses is hashed: shortening would make ids with one prefix equal. Claude refuses the
 * points and colons that Converse takes, and that other models' ids hold: a conversation may go on with another model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
 */
export const toolIds: Readonly<Record<ModelCapabilities['toolIds'], ToolIds>> = {
  any: id => (/^[a-zA-Z0-9_.:-]{1,64}$/.test(id) ? id : `call_${digest(id, 24)}`),
  wordCharacters: id => (/^[a-zA-Z0-9_-]{1,64}$/.test(id) ? id : `call_${digest(id, 24)}`),
  nineAlphanumerics: id => (/^[a-zA-Z0-9]{9}$/.test(id) ? id : digest(id, 9)),
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}
