import * as z from 'zod'
import { component } from './component.ts'

/** Of every error answer, and of the one event that ends a stream which failed. */
export const errorSchema = component(
  'Error',
  z.strictObject({
    error: z.strictObject({
      message: z.string().describe('What was wrong, and the remedy.'),
      type: z.string(),
      param: z.string().nullable().describe('The member of the request to blame, such as `messages[2].role`.'),
      code: z.string().nullable(),
    }),
  }),
  {
    description: "OpenAI's error envelope.",
    example: {
      error: {
        message: "model: 'nothing' is not known here; GET /v1/models lists what is.",
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    },
  },
)
