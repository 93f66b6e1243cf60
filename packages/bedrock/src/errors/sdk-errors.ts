import { GatewayError, isGatewayError } from '@modelgate/core'
import { headersOf, type Passage } from '../upstream/sdk-command.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { type BedrockFailure, failureOfFrame, failureOfResponse, toBedrockError } from './errors.ts'

/** What came of a command that failed. */
interface SdkFailure {
  readonly error: unknown
  readonly passage: Passage
  /** The IAM action that it needed. */
  readonly action: string
}

/** What a rejected `client.send()` means: what Bedrock's own answer would, where there was one. */
export function errorOfSend({ error, passage, action }: SdkFailure): GatewayError {
  const thrown = objectOf(error)
  const status = objectOf(thrown.$metadata).httpStatusCode ?? passage.status()
  if (typeof status === 'number' && status >= 300) return toBedrockError({ ...failureOfAnswer(thrown, status), action })
  // The SDK reads a stream's first event before it hands the stream over.
  if (typeof status === 'number' || isException(thrown)) return errorOfStream(error, passage)
  return isGatewayError(error) ? error : errorWithoutAnswer(error, passage)
}

/** What an error inside an answer means: an exception of Bedrock's, a broken connection, or bytes that do not parse. */
export function errorOfStream(error: unknown, passage: Passage): GatewayError {
  if (isGatewayError(error)) return error
  const thrown = objectOf(error)
  const name = textOf(thrown.name)
  // A `SyntaxError` quotes the answer, which no log may hold.
  const cause = name === 'SyntaxError' ? undefined : error
  const broken = typeof thrown.code === 'string' || brokenNames.has(name) || passage.isCut()
  if (broken && !isException(thrown)) {
    const words = 'The connection to Bedrock broke before the answer was complete.'
    return new GatewayError('stream_interrupted', words, { cause })
  }
  // An exception that is newer than the SDK has no class, but its name, and its JSON for a message.
  if (!namesOfScript.test(name)) return toBedrockError(failureOfFrame({ type: name, body: messageOf(thrown) }))
  const words = "Bedrock's answer is corrupt: the AWS SDK cannot read it."
  return new GatewayError('upstream_bad_response', words, { cause })
}

const brokenNames: ReadonlySet<string> = new Set(['AbortError', 'TimeoutError'])
/** Names of errors that JavaScript gives, and AWS never. */
const namesOfScript = /^((Eval|Range|Reference|Syntax|Type|URI)?Error)?$/
/** What the SDK says of a region or an endpoint that it cannot use. */
const noPlace = /^EndpointError|^Error: (Region |expected `region`)/
/** What the SDK says where Bedrock said nothing. */
const namesOfNothing: ReadonlySet<string> = new Set(['Unknown', 'UnknownError'])

/** An answer whose status is no success. Where the SDK could not parse its body, that is a front end's page. */
function failureOfAnswer(thrown: JsonObject, status: number): BedrockFailure {
  const response = objectOf(thrown.$response)
  const failure = failureOfResponse({ status, headers: headersOf(response), body: textOf(response.body) })
  const requestId = failure.requestId ?? textOf(objectOf(thrown.$metadata).requestId)
  if (!isException(thrown)) return { ...failure, requestId }
  return { ...failure, requestId, name: said(textOf(thrown.name)), message: said(messageOf(thrown)) }
}

function errorWithoutAnswer(error: unknown, passage: Passage): GatewayError {
  const thrown = objectOf(error)
  const text = `${textOf(thrown.name)}: ${messageOf(thrown)}`
  if (passage.isAuthorizing() && noPlace.test(text)) {
    const words = 'bedrock({ client }): its region or endpoint cannot be resolved; set them where the client is made.'
    return new GatewayError('invalid_configuration', words, { cause: error })
  }
  if (passage.isAuthorizing() || /credential/i.test(text)) return noCredentials(error)
  // Over HTTP/2, the connection's own error is the cause of the stream's.
  const why = [objectOf(thrown.cause).code, thrown.code, thrown.name].map(textOf).find(Boolean) ?? 'without a reason'
  const words = `Bedrock gave no answer: the client of the AWS SDK failed (${why}).`
  return new GatewayError('upstream_unavailable', words, { cause: error })
}

/** What callers are told when the client's own provider has no credentials. */
export function noCredentials(cause: unknown): GatewayError {
  const words =
    'No AWS credentials for Bedrock: those of the client given as `client` cannot be had; set them where it is made.'
  return new GatewayError('upstream_auth_failed', words, { cause })
}

/** Whether Bedrock threw it: the SDK notes on whose side the fault is. */
function isException(thrown: JsonObject): boolean {
  return '$fault' in thrown
}

function messageOf({ message }: JsonObject): string {
  // The SDK adds its own advice to what it could not parse.
  return textOf(message).split('\n  Deserialization error:')[0] ?? ''
}

function said(text: string): string {
  return namesOfNothing.has(text) ? '' : text
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
