import type { Handler } from '@modelgate/core'
import { refused } from '../request/invalid-request.ts'
import type { JsonObject } from '../wire/json.ts'
import { isJsonObject } from '../wire/json.ts'

const remedy = 'send the bytes, or have this gateway set up with `s3Media`'

/**
 * The refusal of an `s3://` address: Bedrock reads it with the gateway's own credentials, so that a caller could have any object read
 * that the gateway's role may read.
 */
export function s3Refused(param: string): Error {
  return refused(param, `this gateway has nothing read from S3; ${remedy}`)
}

/**
 * Refuses such an address anywhere in a model's own parameters, where it would do the same.
 * @throws {GatewayError} `invalid_request` naming the member.
 */
export function refuseS3In(fields: JsonObject | undefined, param: string): void {
  if (fields && holdsS3(fields)) throw s3Refused(param)
}

/**
 * A chat handler whose requests go upstream as they came, but for those that name an `s3://` address in a part that is no text. The
 * handler @throws {GatewayError} `invalid_request` naming the part.
 */
export function refusingS3(chat: Handler<'chat'>): Handler<'chat'> {
  return async call => {
    call.request.messages.forEach(({ content }, message) => {
      if (!Array.isArray(content)) return
      content.forEach((part: unknown, index) => {
        if (isJsonObject(part) && part.type !== 'text' && holdsS3(part))
          throw s3Refused(`messages[${message}].content[${index}]`)
      })
    })
    return chat(call)
  }
}

function holdsS3(value: unknown): boolean {
  if (typeof value === 'string') return /^\s*s3:/i.test(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsS3)
}
