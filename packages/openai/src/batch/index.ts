export { type OpenAIBatchesOptions, openaiBatches } from './openai-batches.ts'
