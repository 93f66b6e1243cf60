import { mustBe, quoted, unsendable } from '../request/invalid-request.ts'
import { isJsonObject } from '../wire/json.ts'
import { base64Of } from './image-part.ts'
import { audioFormatOf } from './media-formats.ts'
import type { MediaBlock, RequestMedia } from './request-media.ts'

/**
 * An `input_audio` part.
 * @throws {GatewayError} `invalid_request` naming the part, for a recording that cannot be sent.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_AudioBlock.html
 */
export function toAudioPart(audio: unknown, at: string, media: RequestMedia): MediaBlock {
  media.mustTake('audio', at)
  const wanted = "an object such as { data: '…', format: 'wav' }"
  if (!isJsonObject(audio)) throw mustBe(`${at}.input_audio`, wanted, audio)
  const { data, format: name } = audio
  if (typeof name !== 'string') throw mustBe(`${at}.input_audio.format`, "a string such as 'wav'", name)
  if (typeof data !== 'string') throw mustBe(`${at}.input_audio.data`, 'base64', data)
  const format = audioFormatOf(name)
  if (!format) throw unsendable(at, `${quoted(name)} audio`, 'send wav or mp3')
  return media.toBlock({ is: { kind: 'audio', format }, source: { bytes: base64Of(data, at) } }, at)
}
