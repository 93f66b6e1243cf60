import type { FunctionTool, Tool } from '@modelgate/core'
import { wrapRoot } from '../answer/wrapped-root.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { JsonObject } from '../wire/json.ts'
import { namesPlainly, withoutRootUnions } from './root-unions.ts'

type Parameters = FunctionTool['function']['parameters'] | null

/** The schema of a tool's input as the model takes it. */
interface InputSchema {
  readonly json: JsonObject
  /** Whether it holds all that the caller's says, some of it not in words alone. */
  readonly isWhole: boolean
  /** Whether the input is the one member of an object, for its own properties have names that the model refuses. */
  readonly isWrapped: boolean
}

/** Converse wants an object schema, and Claude one whose root is plain; OpenAI lets a function without parameters leave it out. */
export function toInputSchema(
  parameters: Parameters,
  { plainRoots }: Pick<ModelCapabilities, 'plainRoots'>,
): InputSchema {
  const given = withType(parameters)
  const json = plainRoots ? withoutRootUnions(given) : given
  if (plainRoots && !namesPlainly(json)) return { json: wrapRoot(given), isWhole: true, isWrapped: true }
  return { json, isWhole: json === given, isWrapped: false }
}

/** The names of the tools whose input is wrapped; `undefined` for none, which is the usual thing. */
export function wrappedToolsIn(
  tools: readonly Tool[] | null | undefined,
  capabilities: Pick<ModelCapabilities, 'plainRoots'>,
): ReadonlySet<string> | undefined {
  if (!capabilities.plainRoots || !tools?.length) return undefined
  const names = tools.flatMap(tool =>
    tool.type === 'function' && toInputSchema(tool.function.parameters, capabilities).isWrapped
      ? [tool.function.name]
      : [],
  )
  return names.length > 0 ? new Set(names) : undefined
}

function withType(parameters: Parameters | undefined): JsonObject {
  if (!parameters || Object.keys(parameters).length === 0) return { type: 'object', properties: {} }
  return parameters.type === 'object' ? parameters : { ...parameters, type: 'object' }
}
