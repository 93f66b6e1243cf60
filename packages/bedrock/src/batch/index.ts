export type { BatchClients } from './batch-clients.ts'
export { type BedrockBatchesOptions, bedrockBatches } from './bedrock-batches.ts'
