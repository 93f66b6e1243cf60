/**
 * A batch as `GET /v1/batches/{id}` tells it: OpenAI's `Batch`. Times are Unix seconds.
 * @see https://platform.openai.com/docs/api-reference/batch/object
 */
export interface BatchObject {
  id: string
  object: 'batch'
  endpoint: string
  input_file_id: string
  completion_window: string
  status: BatchStatus
  created_at: number
  model?: string
  errors?: BatchErrors
  output_file_id?: string
  error_file_id?: string
  in_progress_at?: number
  expires_at?: number
  finalizing_at?: number
  completed_at?: number
  failed_at?: number
  expired_at?: number
  cancelling_at?: number
  cancelled_at?: number
  request_counts?: BatchCounts
  usage?: BatchUsage
  metadata?: Record<string, string> | null
}

/** How far a batch has come. */
export type BatchStatus =
  | 'validating'
  | 'failed'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'expired'
  | 'cancelling'
  | 'cancelled'

/** Why a batch failed as a whole. */
export interface BatchErrors {
  object: string
  data: { code?: string; message?: string; line?: number | null; param?: string | null }[]
}

/** How many of a batch's requests have ended, and how. */
export interface BatchCounts {
  total: number
  completed: number
  failed: number
}

/** Tokens that a whole batch used. */
export interface BatchUsage {
  input_tokens: number
  input_tokens_details: { cached_tokens: number }
  output_tokens: number
  output_tokens_details: { reasoning_tokens: number }
  total_tokens: number
}
