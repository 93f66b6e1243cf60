export type { BatchClients } from './batch-clients.ts'
export { bedrockBatches } from './bedrock-batches.ts'
export type { BedrockBatchesOptions } from './bedrock-batches-options.ts'
