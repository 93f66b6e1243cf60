import * as z from 'zod'
import { isTableName } from '../request-log/destination.ts'

/** A text of a form of AWS's, which is no secret: one of another form is told. */
function named(form: RegExp, wanted: string): z.ZodString {
  return z.string().regex(form, { error: ({ input }) => `must be ${wanted}, got '${String(input).slice(0, 100)}'.` })
}

/** A region: it becomes part of host names. */
export const region: z.ZodString = named(/^[a-z][a-z0-9-]*$/, "a region of AWS's, such as us-east-1")

/** The ARN of a role. */
export const roleArn: z.ZodString = named(
  /^arn:[\w-]+:iam::\d{12}:role\/.+$/,
  'the ARN of a role, such as arn:aws:iam::123456789012:role/name',
)

/** The name of a bucket. */
export const bucket: z.ZodString = named(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')

/** The name or the ARN of a table. */
export const tableName: z.ZodString = z.string().refine(isTableName, 'must be the name or the ARN of a DynamoDB table.')
