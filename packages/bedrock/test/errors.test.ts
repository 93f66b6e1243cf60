import type { ErrorCode } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { failureOfFrame, failureOfResponse, toBedrockError } from '../src/errors/errors.ts'
import { aChat, anEmbedding, aRig, cutOf, fileRig } from './a-call.ts'

const rig = await fileRig()

type Row = readonly [errorType: string, httpStatus: number, code: ErrorCode, status: number, retryable: boolean]
const rows: readonly Row[] = [
  ['ValidationException', 400, 'invalid_request', 400, false],
  ['ConflictException', 400, 'invalid_request', 400, false],
  ['ServiceQuotaExceededException', 400, 'upstream_rate_limited', 429, false],
  ['AccessDeniedException', 403, 'upstream_auth_failed', 502, false],
  ['ExpiredTokenException', 403, 'upstream_auth_failed', 502, false],
  ['ExpiredToken', 403, 'upstream_auth_failed', 502, false],
  ['UnrecognizedClientException', 403, 'upstream_auth_failed', 502, false],
  ['InvalidClientTokenId', 403, 'upstream_auth_failed', 502, false],
  ['InvalidSignatureException', 403, 'upstream_auth_failed', 502, false],
  ['SignatureDoesNotMatch', 403, 'upstream_auth_failed', 502, false],
  ['IncompleteSignature', 403, 'upstream_auth_failed', 502, false],
  ['MissingAuthenticationTokenException', 403, 'upstream_auth_failed', 502, false],
  ['MissingAuthenticationToken', 403, 'upstream_auth_failed', 502, false],
  ['OptInRequired', 403, 'upstream_auth_failed', 502, false],
  ['RequestExpired', 400, 'upstream_auth_failed', 502, false],
  ['ResourceNotFoundException', 404, 'model_not_found', 404, false],
  ['ModelTimeoutException', 408, 'upstream_unavailable', 504, true],
  ['ModelErrorException', 424, 'upstream_bad_response', 502, true],
  ['ModelStreamErrorException', 424, 'upstream_bad_response', 502, true],
  ['ThrottlingException', 429, 'upstream_rate_limited', 429, true],
  ['TooManyRequestsException', 429, 'upstream_rate_limited', 429, true],
  ['ModelNotReadyException', 429, 'upstream_unavailable', 503, true],
  ['InternalServerException', 500, 'upstream_unavailable', 502, true],
  ['InternalFailure', 500, 'upstream_unavailable', 502, true],
  ['ServiceUnavailableException', 503, 'upstream_unavailable', 503, true],
  ['ServiceUnavailable', 503, 'upstream_unavailable', 503, true],
  ['SomethingNewException', 405, 'upstream_bad_response', 502, false],
  ['SomethingNewException', 409, 'upstream_unavailable', 503, true],
  ['SomethingNewException', 425, 'upstream_unavailable', 503, true],
  ['SomethingNewException', 422, 'invalid_request', 422, false],
  ['SomethingNewException', 413, 'request_too_large', 413, false],
  ['SomethingNewException', 408, 'upstream_unavailable', 504, true],
  ['SomethingNewException', 500, 'upstream_unavailable', 502, true],
  ['SomethingNewException', 503, 'upstream_unavailable', 503, true],
  ['SomethingNewException', 504, 'upstream_unavailable', 504, true],
]

describe('an exception on the wire', () => {
  it.each(rows)('%s with %i is %s (%i, retryable: %s)', async (errorType, httpStatus, code, status, retryable) => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: httpStatus, errorType, message: 'Words of AWS.' } }])
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code, status, retryable })
  })

  it.each(rows.slice(0, 26))('%s inside a stream means the same', async (errorType, _http, code, status, retryable) => {
    const exceptionType = `${errorType.charAt(0).toLowerCase()}${errorType.slice(1)}`
    rig.simulator.setFaults([{ fault: { kind: 'exception', exceptionType, message: 'Words of AWS.' } }])
    const { error } = await cutOf(await rig.chat(aChat({ stream: true })))
    expect(error).toMatchObject({ code, status, retryable })
  })

  it('passes the message of a 4xx on, and keeps that of a 5xx back', async () => {
    const faults = (status: number) => [{ fault: { kind: 'status' as const, status, message: 'Words\n of  AWS.' } }]
    rig.simulator.setFaults(faults(400))
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ message: 'Bedrock: Words of AWS.' })
    rig.simulator.setFaults(faults(500))
    const error: unknown = await rig.chat(aChat({})).catch((thrown: unknown) => thrown)
    expect(String(error)).not.toContain('Words')
    expect(String(error)).toMatch(/InternalServerException, request [0-9a-f-]{36}/)
  })

  it.each([
    ['in seconds', { 'retry-after': '7' }, 7_000],
    ['in milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['of centuries as a day', { 'retry-after': '99999999999' }, 86_400_000],
    ['that is a word not', { 'retry-after': 'soon 1' }, undefined],
    ['before now not', { 'retry-after': '-5' }, undefined],
  ])('carries Retry-After %s on', async (_, headers, retryAfterMs) => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 429, headers } }])
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_rate_limited', retryAfterMs })
  })

  it('on a stream that may not be opened hints at the action that streams need', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 403 } }])
    await expect(rig.chat(aChat({ stream: true }))).rejects.toThrow('bedrock:InvokeModelWithResponseStream')
    await expect(rig.chat(aChat({}))).rejects.not.toThrow('InvokeModelWithResponseStream')
  })

  it('as a page of HTML is told by its status', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'html', status: 503 } }])
    await expect(rig.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_unavailable', status: 503 })
  })

  it('for a model id that does not exist is model_not_found', async () => {
    await expect(rig.chat(aChat({ model: 'anthropic.claude-99' }))).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it.each([
    'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
    'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days.',
  ])('for a model that is no more says what to do: %s', async message => {
    const fault = { kind: 'status', status: 404, message } as const
    rig.simulator.setFaults([{ fault }])
    const error = await rig.chat(aChat({})).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'model_not_found', status: 404, retryable: false, param: 'model' })
    expect(String(error)).toContain(message)
    expect(String(error)).toMatch(/; name one that GET \/v1\/models lists for the provider's region\.$/)
  })

  it('for a model that wants a profile, where the region has none, says so in the words of AWS', async () => {
    const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
    await using other = await aRig({ endpoint: rig.simulator.url, region: 'eu-west-1' })
    rig.simulator.setFaults([{ match: { operation: 'inference-profiles' }, fault: { kind: 'status', status: 500 } }])
    await expect(other.chat(aChat({ model }))).rejects.toThrow('inference profile')
  })

  it('for wrong keys is upstream_auth_failed', async () => {
    const credentials = { accessKeyId: 'AKIASIMULATOR000000', secretAccessKey: 'wrong' }
    await using other = await aRig({ endpoint: rig.simulator.url, credentials })
    await expect(other.chat(aChat({}))).rejects.toMatchObject({ code: 'upstream_auth_failed', status: 502 })
  })
})

describe('a validation message', () => {
  it.each([
    ['Input is too long for requested model.', 'context_length_exceeded'],
    [
      'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
      'context_length_exceeded',
    ],
    [
      '400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9000',
      'context_length_exceeded',
    ],
    ["This model's maximum context length is 32768 tokens.", 'context_length_exceeded'],
    ['input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000', 'context_length_exceeded'],
    ['The provided model identifier is invalid.', 'model_not_found'],
    ['The text field in the ContentBlock object at messages.0.content.0 is blank.', 'invalid_request'],
  ])('%s is %s', (message, code) => {
    expect(toBedrockError({ name: 'ValidationException', message, status: 400 }).code).toBe(code)
  })

  it('of a throttle is no matter of context', () => {
    const error = toBedrockError({
      name: 'ThrottlingException',
      message: 'Too many input tokens per minute',
      status: 429,
    })
    expect(error.code).toBe('upstream_rate_limited')
  })
})

describe("an exception's name", () => {
  const read = (headers: Record<string, string>, body: string) => failureOfResponse({ status: 400, headers, body }).name

  it.each([
    ['the header', { 'x-amzn-errortype': 'ThrottlingException' }, '{}', 'ThrottlingException'],
    [
      'the header up to a colon',
      { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' },
      '{}',
      'ThrottlingException',
    ],
    ['__type after the hash', {}, '{"__type":"com.amazon.bedrock#ValidationException"}', 'ValidationException'],
    ['code', {}, '{"code":"AccessDeniedException"}', 'AccessDeniedException'],
    ['nowhere', {}, 'oops', ''],
  ])('stands in %s', (_name, headers, body, expected) => {
    expect(read(headers, body)).toBe(expected)
  })
})

describe('a message', () => {
  it.each([
    ['{"message":"a"}', 'a'],
    ['{"Message":"b"}', 'b'],
    ['<html><body>Service   gone</body></html>', 'Service   gone'],
    ['', ''],
  ])('is read from %s', (body, expected) => {
    expect(failureOfResponse({ status: 400, headers: {}, body }).message.trim()).toBe(expected)
  })

  it('of a frame is read from JSON or text', () => {
    expect(failureOfFrame({ type: 'x', body: '{"originalMessage":"o"}' }).message).toBe('o')
    expect(failureOfFrame({ type: 'x', body: 'bare' })).toEqual({ name: 'x', message: 'bare' })
  })

  it('has at most 1,000 characters', () => {
    const { message } = toBedrockError({ name: 'ValidationException', message: 'x'.repeat(5_000), status: 400 })
    expect(message.length).toBeLessThanOrEqual(1_020)
  })

  it.each([
    'AKIAIOSFODNN7EXAMPLE',
    'AROAIOSFODNN7EXAMPLE',
    'ABSKQmVkcm9ja0FQSUtleQ==',
    'x-amz-security-token:IQoJb3JpZ2luX2Vj',
    'IQoJb3JpZ2luX2VjEJf//////////wEaCXVzLWVhc3QtMSJH',
    'FwoGZXIvYXdzEBYaDO+sessiontoken/xyz==',
    'Bearer abc.def',
  ])('does not pass on %s', secret => {
    const { message } = toBedrockError({ name: 'ValidationException', message: `for ${secret} no`, status: 400 })
    expect(message).not.toContain(secret.replace(/^(x-amz-security-token:|Bearer )/, ''))
    expect(message).toContain('[redacted]')
  })

  it.each([
    [
      'Could not resolve arn:aws:bedrock:us-east-1:123456789012:inference-profile/x.',
      'Could not resolve arn:aws:bedrock:us-east-1:[account]:inference-profile/x.',
    ],
    ['Account 123456789012 is over its quota.', 'Account [account] is over its quota.'],
    ['User: arn:aws:sts::123456789012:assumed-role/gateway-prod/i-0abc is too fast', 'User: [principal] is too fast'],
    ['User arn:aws-cn:iam::123456789012:user/ops, stop', 'User [principal], stop'],
    ['210000 tokens > 200000 maximum at 1763640000000', '210000 tokens > 200000 maximum at 1763640000000'],
  ])('%s is passed on without the account', (message, passedOn) => {
    expect(toBedrockError({ name: 'ValidationException', message, status: 400 }).message).toBe(`Bedrock: ${passedOn}`)
    expect(toBedrockError({ name: 'ThrottlingException', message, status: 429 }).message).toContain(passedOn)
  })
})

describe("a refusal of the gateway's own credentials", () => {
  const identity =
    'User: arn:aws:sts::123456789012:assumed-role/gateway-prod/i-0abc123 with AKIAIOSFODNN7EXAMPLE is denied'
  const refused = rows.filter(([, , code]) => code === 'upstream_auth_failed')

  it.each(refused)('%s names itself and a remedy to callers, and AWS words to the log alone', (name, status) => {
    for (const failure of [
      { name, message: identity, status },
      { name, message: identity },
    ]) {
      const error = toBedrockError({ ...failure, requestId: 'r-1' })
      expect(error.message).toMatch(
        new RegExp(`^Bedrock refused the gateway's credentials \\(${status}, ${name}, request r-1\\); .{20,}\\.$`),
      )
      expect(error.message).not.toMatch(/123456789012|gateway-prod|i-0abc123|AKIA/)
      expect(String(error.cause)).toContain('assumed-role/gateway-prod')
      expect(String(error.cause)).not.toContain('AKIA')
    }
  })

  it.each([
    ['AccessDeniedException', 'the role may lack bedrock:InvokeModel or access to the model.'],
    ['ExpiredTokenException', 'their session has expired and must be renewed.'],
    ['UnrecognizedClientException', 'AWS does not know the access key or its session token in this region.'],
    ['SignatureDoesNotMatch', "check their secret key and session token, the region, and the gateway's clock."],
    ['MissingAuthenticationToken', 'the request came unsigned; look for a proxy that strips `authorization`.'],
    ['OptInRequired', 'their account is not signed up for Bedrock.'],
    ['', 'the role may lack bedrock:InvokeModel or access to the model.'],
  ])('as %s says what to do', (name, remedy) => {
    const error = toBedrockError({ name, message: identity, status: 403, action: 'bedrock:InvokeModel' })
    expect(error.message.endsWith(`; ${remedy}`)).toBe(true)
  })

  it('of a Bedrock API key, which AWS tells as a missing permission, says to check the key', () => {
    const message = 'Authentication failed: Please make sure your API Key is valid.'
    const error = toBedrockError({ name: 'AccessDeniedException', message, status: 403, action: 'bedrock:InvokeModel' })
    expect(error.message).toMatch(
      /; check the Bedrock API key: it may have expired, be cut short, or be of another region\.$/,
    )
  })

  it('over the wire, in answers, streams and embeddings, names the action that is needed', async () => {
    const message = identity
    const denied = { kind: 'status', status: 403, errorType: 'AccessDeniedException', message } as const
    rig.simulator.setFaults([{ fault: denied }])
    const { signal } = new AbortController()
    const calls: [() => Promise<unknown> | undefined, string][] = [
      [() => rig.chat(aChat({})), 'lack bedrock:InvokeModel or'],
      [() => rig.chat(aChat({ stream: true })), 'lack bedrock:InvokeModelWithResponseStream or'],
      [() => rig.embed(anEmbedding({})), 'lack bedrock:InvokeModel or'],
      [() => rig.provider.models?.(signal), 'lack bedrock:ListFoundationModels or'],
    ]
    for (const [call, saying] of calls) {
      const error: unknown = await call()?.catch((thrown: unknown) => thrown)
      expect(String(error)).toContain(saying)
      expect(String(error)).not.toMatch(/123456789012|gateway-prod/)
    }
    rig.simulator.setFaults([{ fault: { kind: 'exception', exceptionType: 'accessDeniedException', message } }])
    const { error } = await cutOf(await rig.chat(aChat({ stream: true })))
    expect(String(error)).toContain("Bedrock refused the gateway's credentials (403, accessDeniedException)")
    expect(String(error)).not.toContain('gateway-prod')
  })
})
