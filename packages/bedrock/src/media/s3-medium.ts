import { unsendable } from '../request/invalid-request.ts'
import { formatOfName } from './media-formats.ts'
import type { Medium, RequestMedia } from './request-media.ts'

/**
 * A medium by its address in S3, its format by the extension. Bedrock reads it with the gateway's own credentials, for which `s3Media` must be set.
 * @throws {GatewayError} `invalid_request` naming the part, where none is read, for what is no address or has no known extension.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_S3Location.html
 */
export function s3Medium(uri: string, at: string, media: RequestMedia): Medium {
  media.mustReadS3(at)
  if (!/^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9]\/./.test(uri)) {
    throw unsendable(at, 'an s3: address that is none', "send one such as 's3://bucket/cat.png'")
  }
  const is = formatOfName(uri)
  if (!is) {
    const remedy = "give the object a name with one that says what it is, such as 's3://bucket/cat.png'"
    throw unsendable(at, 'an s3:// address without a known extension', remedy)
  }
  const filename = uri.slice(uri.lastIndexOf('/') + 1)
  return { is, source: { s3Location: { uri } }, filename }
}
