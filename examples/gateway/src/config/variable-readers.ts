import { parseDestination } from '../request-log/destination.ts'
import { isRedisUrl } from '../stores/redis-url.ts'
import { isOrigin } from './cors-origin.ts'
import { readText, type TextReader } from './read-text.ts'
import { isReference } from './secret-schema.ts'

/** A DynamoDB table. */
export const table: TextReader = readText(
  /^(?:arn:[\w-]+:dynamodb:[\w-]+:\d+:table\/)?[\w.-]{3,255}$/,
  'the name or the ARN of a DynamoDB table',
)
/** Any text: the schema judges it. */
export const anything: TextReader = text => ({ value: text })

/** Whether a key can come in a header: with another every caller would be turned away, and nothing would show why. */
export function isSendable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key)
}

/** A secret, or a reference to one; neither is repeated in a fault. */
export function secretText(isRight: (text: string) => boolean, fault: string): TextReader {
  return text => (isReference(text) ? { value: { secret: text } } : isRight(text) ? { value: text } : { fault })
}

/** Where the request log goes. */
export const destination: TextReader = text => {
  const parsed = parseDestination(text)
  return typeof parsed === 'string' ? { fault: parsed } : { value: text }
}

/** A store of limits in Redis, by its URL, which may hold a password. */
export const redisUrl: TextReader = text => {
  const read = secretText(isRedisUrl, 'must be a redis:// or rediss:// URL.')(text)
  return 'fault' in read ? read : { value: { type: 'redis', url: read.value } }
}

/** A store of limits in a DynamoDB table. */
export const limitsTable: TextReader = text => {
  const read = table(text)
  return 'fault' in read ? read : { value: { type: 'dynamodb', tableName: read.value } }
}

/** Origins of web pages, with commas. */
export const origins: TextReader = text => {
  const value = text.split(',').map(origin => origin.trim())
  const wrong = value.find(origin => !isOrigin(origin))
  if (wrong === undefined) return { value }
  return { fault: `must be origins such as https://app.example.com, or *, with commas; got '${wrong}'.` }
}
