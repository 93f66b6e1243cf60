/**
 * A batch as `GET /v1/batches/{id}` tells it: OpenAI's `Batch`. Times are Unix seconds; what there is not yet is null, or left out.
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
  model?: string | null
  errors?: BatchErrors | null
  output_file_id?: string | null
  error_file_id?: string | null
  in_progress_at?: number | null
  expires_at?: number | null
  finalizing_at?: number | null
  completed_at?: number | null
  failed_at?: number | null
  expired_at?: number | null
  cancelling_at?: number | null
  cancelled_at?: number | null
  request_counts?: BatchCounts | null
  usage?: BatchUsage | null
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
