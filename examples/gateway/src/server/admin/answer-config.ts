import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'

/** `GET /api/v1/admin/config`: every value that this process runs with, and where it comes from. Secrets are `[redacted]` by their type, wherever they stand. */
export function answerConfig(_asked: Asked, { describe }: AppParts): Answer {
  return { status: 200, body: describe() }
}
