import { claude, claudeText } from './native/claude.ts'
import { cohere, commandR } from './native/cohere.ts'
import { llama } from './native/llama.ts'
import { mistral } from './native/mistral.ts'
import type { NativeModel } from './native/native-model.ts'
import { nova } from './native/nova.ts'
import { jamba, openaiLike } from './native/openai-like.ts'
import { titan } from './native/titan.ts'

/** InvokeModel bodies of text models; the first whose ids match and that claims the body is the one. */
export const NATIVE_MODELS: readonly NativeModel[] = [
  titan,
  cohere,
  commandR,
  claudeText,
  claude,
  llama,
  mistral,
  nova,
  jamba,
  openaiLike,
]
