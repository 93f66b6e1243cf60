/** A batch as OpenAI runs it. */
export interface OpenaiBatch {
  readonly id: string
  readonly inputFileId: string
  readonly metadata: unknown
  readonly createdAt: number
  status: string
  total: number
  outputFileId: string | undefined
  errorFileId: string | undefined
  failedCount: number
}
