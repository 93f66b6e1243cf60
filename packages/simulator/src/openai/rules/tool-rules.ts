import { arrayOf, pick, stringOf } from '../../json.ts'
import type { ChatRule } from './chat-rule.ts'

/** Rules about the tools that are offered. */
export const TOOL_RULES: readonly ChatRule[] = [
  {
    id: 'tool-name',
    check: body => {
      const names = arrayOf(body.tools).map(tool => stringOf(pick(tool, 'function', 'name')))
      const at = names.findIndex(name => name !== undefined && !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      const param = `tools[${at}].function.name`
      return at < 0
        ? undefined
        : {
            message: `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
            param,
            code: 'invalid_value',
          }
    },
  },
  {
    id: 'tools-empty',
    check: ({ tools }) =>
      Array.isArray(tools) && tools.length === 0
        ? {
            message:
              "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param: 'tools',
            code: 'empty_array',
          }
        : undefined,
  },
  {
    id: 'tool-choice-without-tools',
    check: body =>
      body.tool_choice !== undefined && body.tool_choice !== null && body.tools === undefined
        ? {
            message: "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
            param: 'tool_choice',
          }
        : undefined,
  },
]
