/**
 * A file as `GET /v1/files/{id}` tells it: OpenAI's `FileObject`.
 * @see https://platform.openai.com/docs/api-reference/files/object
 */
export interface FileObject {
  id: string
  object: 'file'
  bytes: number
  /** Unix seconds. */
  created_at: number
  filename: string
  purpose: 'batch' | 'batch_output'
  status: 'processed'
  /** Unix seconds, from which the file is not found any more. */
  expires_at?: number | null
}

/** What `DELETE /v1/files/{id}` answers. */
export interface FileDeleted {
  id: string
  object: 'file'
  deleted: boolean
}
