import { baseModelOf } from '../models/model-id.ts'
import { chatBody, openBody } from './chat-body.ts'
import { claudeMessages } from './claude-messages.ts'
import { claudeText } from './claude-text.ts'
import { cohereCommand } from './cohere-command.ts'
import { commandR } from './command-r.ts'
import { gptOss } from './gpt-oss.ts'
import { llama2, llama3, llama4 } from './llama.ts'
import { mistralInstruct } from './mistral-instruct.ts'
import type { NativeFamily } from './native-family.ts'
import { nova } from './nova.ts'
import { titanText } from './titan-text.ts'

/** By prefix of the base model id; the first hit wins. All others take a body like OpenAI's. */
const families: readonly (readonly [prefix: string, family: NativeFamily])[] = [
  ['amazon.titan-', titanText],
  ['amazon.nova', nova],
  ['anthropic.claude-v', claudeText],
  ['anthropic.claude-instant', claudeText],
  ['anthropic.', claudeMessages],
  ['cohere.command-r', commandR],
  ['cohere.command', cohereCommand],
  ['meta.llama2', llama2],
  ['meta.llama3', llama3],
  ['meta.', llama4],
  ['mistral.mistral-7b', mistralInstruct],
  ['mistral.mixtral', mistralInstruct],
  ['openai.gpt-oss', gptOss],
  ['deepseek.v', openBody],
  ['google.', openBody],
  ['nvidia.', openBody],
  ['qwen.', openBody],
  ['zai.', openBody],
]

/** How a model is spoken to over InvokeModel, by its id, profile id or ARN. */
export function nativeFamilyOf(model: string): NativeFamily {
  const base = baseModelOf(model)
  return families.find(([prefix]) => base.startsWith(prefix))?.[1] ?? chatBody
}
