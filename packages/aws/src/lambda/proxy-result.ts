import { Buffer, isUtf8 } from 'node:buffer'
import type { AnswerHeaders } from '@modelgate/core'
import type { AnswerForm } from './answer-form.ts'
import { unframed } from './unframed.ts'

/** A whole answer as function URLs, API Gateway and load balancers take it. */
export interface ProxyResult {
  readonly statusCode: number
  /** Absent where the load balancer wants {@link ProxyResult.multiValueHeaders}. */
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly body: string
  /** Whether the body is no text. */
  readonly isBase64Encoded: boolean
}

/** An answer to be told at once. */
interface WholeAnswer {
  readonly statusCode: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
}

/** An answer as the JSON that API Gateway and load balancers take. */
export function proxyResult({ statusCode, headers, body }: WholeAnswer, { isMultiValue }: AnswerForm): ProxyResult {
  const isText = isUtf8(body)
  const sent = unframed(headers)
  return {
    statusCode,
    ...(isMultiValue ? { multiValueHeaders: eachInAList(sent) } : { headers: sent }),
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  }
}

/** A control character of one byte is `\u0000` in JSON. */
const longestEscape = 6
/** Beyond any head. */
const headBytes = 32 * 1024

/** The bytes of a result's JSON where they are more than `maxBytes`. They are counted only where they may be. */
export function bytesBeyond(result: ProxyResult, maxBytes: number): number | undefined {
  if (result.body.length * longestEscape + headBytes <= maxBytes) return undefined
  const bytes = Buffer.byteLength(JSON.stringify(result))
  return bytes > maxBytes ? bytes : undefined
}

function eachInAList(headers: AnswerHeaders): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
}
