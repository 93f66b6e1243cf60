import { FAMILIES, type Family } from './families.ts'
import type { ModelFacts } from './model-facts.ts'

/** `!` before the geos: no on-demand throughput, only profiles. */
type Row = readonly [id: string, family: Family, name: string, geos?: string]

const CATALOGUE: readonly Row[] = [
  ['ai21.jamba-1-5-large-v1:0', 'jamba-1-5', 'Jamba 1.5 Large'],
  ['ai21.jamba-1-5-mini-v1:0', 'jamba-1-5', 'Jamba 1.5 Mini'],
  ['ai21.jamba-instruct-v1:0', 'jamba-instruct', 'Jamba-Instruct'],
  ['amazon.titan-text-express-v1', 'titan-text', 'Titan Text G1 - Express'],
  ['amazon.titan-text-lite-v1', 'titan-text', 'Titan Text G1 - Lite'],
  ['amazon.titan-text-premier-v1:0', 'titan-text', 'Titan Text G1 - Premier'],
  ['amazon.titan-tg1-large', 'titan-tg1', 'Titan Text Large'],
  ['amazon.nova-micro-v1:0', 'nova-micro', 'Nova Micro', 'us eu apac'],
  ['amazon.nova-lite-v1:0', 'nova', 'Nova Lite', 'us eu apac'],
  ['amazon.nova-pro-v1:0', 'nova', 'Nova Pro', 'us eu apac'],
  ['amazon.nova-premier-v1:0', 'nova', 'Nova Premier', '!us'],
  ['amazon.nova-2-lite-v1:0', 'nova', 'Nova 2 Lite', '!us eu jp global'],
  ['anthropic.claude-v2', 'claude-2', 'Claude'],
  ['anthropic.claude-v2:1', 'claude-2', 'Claude'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'claude-3', 'Claude 3 Haiku', 'us eu apac'],
  ['anthropic.claude-3-sonnet-20240229-v1:0', 'claude-3', 'Claude 3 Sonnet', 'us eu apac'],
  ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'claude-3', 'Claude 3.5 Sonnet', 'us eu apac'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3', 'Claude 3.5 Sonnet v2', 'us apac'],
  ['anthropic.claude-3-5-haiku-20241022-v1:0', 'claude-3-5-haiku', 'Claude 3.5 Haiku', 'us'],
  ['anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude-4', 'Claude 3.7 Sonnet', '!us eu apac'],
  ['anthropic.claude-sonnet-4-20250514-v1:0', 'claude-4', 'Claude Sonnet 4', '!us eu apac global'],
  ['anthropic.claude-opus-4-1-20250805-v1:0', 'claude-4', 'Claude Opus 4.1', '!us'],
  ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-4-5', 'Claude Sonnet 4.5', '!us eu jp au global'],
  ['anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-4-5', 'Claude Haiku 4.5', '!us eu jp au global'],
  ['anthropic.claude-opus-4-5-20251101-v1:0', 'claude-4-5', 'Claude Opus 4.5', '!us eu global'],
  ['anthropic.claude-sonnet-4-6', 'claude-4-6', 'Claude Sonnet 4.6', '!us eu jp au global'],
  ['anthropic.claude-opus-4-6-v1', 'claude-4-6', 'Claude Opus 4.6', '!us eu au global'],
  ['anthropic.claude-opus-4-7', 'claude-4-7', 'Claude Opus 4.7', '!us eu global'],
  ['anthropic.claude-opus-4-8', 'claude-4-7', 'Claude Opus 4.8', '!us eu global'],
  ['anthropic.claude-sonnet-5', 'claude-4-7', 'Claude Sonnet 5', '!us eu jp au global'],
  ['anthropic.claude-opus-5', 'claude-4-7', 'Claude Opus 5', '!us eu global'],
  ['anthropic.claude-sonnet-5-5', 'claude-5-5', 'Claude Sonnet 5.5', '!us eu global'],
  ['anthropic.claude-opus-5-5', 'claude-5-5', 'Claude Opus 5.5', '!us eu global'],
  ['cohere.command-text-v14', 'cohere-command', 'Command'],
  ['cohere.command-light-text-v14', 'cohere-command-light', 'Command Light'],
  ['cohere.command-r-v1:0', 'cohere-command-r', 'Command R'],
  ['cohere.command-r-plus-v1:0', 'cohere-command-r', 'Command R+'],
  ['deepseek.r1-v1:0', 'deepseek-r1', 'DeepSeek-R1', '!us'],
  ['deepseek.v3-v1:0', 'deepseek-v3', 'DeepSeek-V3.1'],
  ['meta.llama3-8b-instruct-v1:0', 'llama3', 'Llama 3 8B Instruct'],
  ['meta.llama3-70b-instruct-v1:0', 'llama3', 'Llama 3 70B Instruct'],
  ['meta.llama3-1-8b-instruct-v1:0', 'llama3-1', 'Llama 3.1 8B Instruct', 'us'],
  ['meta.llama3-1-70b-instruct-v1:0', 'llama3-1', 'Llama 3.1 70B Instruct', 'us'],
  ['meta.llama3-2-1b-instruct-v1:0', 'llama3', 'Llama 3.2 1B Instruct', '!us eu'],
  ['meta.llama3-2-3b-instruct-v1:0', 'llama3', 'Llama 3.2 3B Instruct', '!us eu'],
  ['meta.llama3-2-11b-instruct-v1:0', 'llama3-2-vision', 'Llama 3.2 11B Instruct', '!us'],
  ['meta.llama3-2-90b-instruct-v1:0', 'llama3-2-vision', 'Llama 3.2 90B Instruct', '!us'],
  ['meta.llama3-3-70b-instruct-v1:0', 'llama3-3', 'Llama 3.3 70B Instruct', '!us'],
  ['meta.llama4-maverick-17b-instruct-v1:0', 'llama4', 'Llama 4 Maverick 17B Instruct', '!us'],
  ['meta.llama4-scout-17b-instruct-v1:0', 'llama4', 'Llama 4 Scout 17B Instruct', '!us'],
  ['mistral.mistral-7b-instruct-v0:2', 'mistral-7b', 'Mistral 7B Instruct'],
  ['mistral.mixtral-8x7b-instruct-v0:1', 'mistral-7b', 'Mixtral 8x7B Instruct'],
  ['mistral.mistral-large-2402-v1:0', 'mistral-large', 'Mistral Large (24.02)'],
  ['mistral.mistral-large-2407-v1:0', 'mistral-large', 'Mistral Large (24.07)'],
  ['mistral.pixtral-large-2502-v1:0', 'mistral-3', 'Pixtral Large (25.02)', '!us eu'],
  ['mistral.mistral-large-3-675b-instruct', 'mistral-3', 'Mistral Large 3'],
  ['openai.gpt-oss-20b-1:0', 'gpt-oss', 'gpt-oss-20b'],
  ['openai.gpt-oss-120b-1:0', 'gpt-oss', 'gpt-oss-120b'],
  ['qwen.qwen3-32b-v1:0', 'qwen', 'Qwen3 32B'],
  ['writer.palmyra-x4-v1:0', 'palmyra', 'Palmyra X4', '!us'],
  ['writer.palmyra-x5-v1:0', 'palmyra', 'Palmyra X5', '!us'],
  ['amazon.titan-embed-text-v1', 'embedding', 'Titan Embeddings G1 - Text'],
  ['amazon.titan-embed-text-v1:2:8k', 'embedding', 'Titan Embeddings G1 - Text'],
  ['amazon.titan-embed-text-v2:0', 'embedding', 'Titan Text Embeddings V2'],
  ['amazon.titan-embed-image-v1', 'embedding-image', 'Titan Multimodal Embeddings G1'],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 'embedding-image', 'Nova Multimodal Embeddings'],
  ['cohere.embed-english-v3', 'embedding', 'Embed English'],
  ['cohere.embed-multilingual-v3', 'embedding', 'Embed Multilingual'],
  ['cohere.embed-v4:0', 'embedding-image', 'Embed v4', 'us eu global'],
]

const PROVIDERS: Readonly<Record<string, string>> = {
  ai21: 'AI21 Labs',
  amazon: 'Amazon',
  anthropic: 'Anthropic',
  cohere: 'Cohere',
  deepseek: 'DeepSeek',
  meta: 'Meta',
  mistral: 'Mistral AI',
  openai: 'OpenAI',
  qwen: 'Qwen',
  writer: 'Writer',
}

function factsOf([id, family, name, geos = '']: Row): ModelFacts {
  const provider = PROVIDERS[id.split('.')[0] ?? ''] ?? 'Unknown'
  const traits = FAMILIES[family]
  return {
    ...traits,
    id,
    name,
    provider,
    streaming: traits.kind !== 'embedding',
    onDemand: !geos.startsWith('!'),
    geos: geos.replace('!', '').split(' ').filter(Boolean),
  }
}

/** Every model the simulated Bedrock has. */
export const BEDROCK_MODELS: readonly ModelFacts[] = CATALOGUE.map(factsOf)
