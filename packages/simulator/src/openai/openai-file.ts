/** A file as OpenAI keeps it. */
export interface OpenaiFile {
  readonly id: string
  readonly filename: string
  readonly purpose: string
  readonly createdAt: number
  readonly bytes: Buffer
}
