import { type ErrorRow, errorRows, refusal } from './error-row.ts'

const invalid = { code: 'invalid_request', status: 400, retryable: false } as const
const tooLong = { code: 'context_length_exceeded', status: 400, retryable: false } as const
const noModel = { code: 'model_not_found', status: 404, retryable: false } as const
const limited = { code: 'upstream_rate_limited', status: 429, retryable: true } as const
const exhausted = { code: 'upstream_rate_limited', status: 429, retryable: false } as const
const noAuth = { code: 'upstream_auth_failed', status: 502, retryable: false } as const
const filtered = { code: 'content_filtered', status: 400, retryable: false } as const
const bad = { code: 'upstream_bad_response', status: 502, retryable: true } as const
const gone = (status: number) => ({ code: 'upstream_unavailable', status, retryable: true }) as const

const html = (status: number, text: string) => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`,
})
const json = (status: number, body: object, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: JSON.stringify(body),
})

const exceptions: readonly ErrorRow[] = (
  [
    ['ValidationException', 400, invalid, 'invalid_request_error'],
    ['ConflictException', 400, invalid, 'invalid_request_error'],
    ['ServiceQuotaExceededException', 400, exhausted, 'rate_limit_error'],
    ['AccessDeniedException', 403, noAuth, 'upstream_error'],
    ['ExpiredTokenException', 403, noAuth, 'upstream_error'],
    ['UnrecognizedClientException', 403, noAuth, 'upstream_error'],
    ['InvalidSignatureException', 403, noAuth, 'upstream_error'],
    ['MissingAuthenticationTokenException', 403, noAuth, 'upstream_error'],
    ['ResourceNotFoundException', 404, noModel, 'invalid_request_error'],
    ['ModelTimeoutException', 408, gone(504), 'upstream_error'],
    ['ModelErrorException', 424, bad, 'upstream_error'],
    ['ModelStreamErrorException', 424, bad, 'upstream_error'],
    ['ThrottlingException', 429, limited, 'rate_limit_error'],
    ['ModelNotReadyException', 429, gone(503), 'upstream_error'],
    ['InternalServerException', 500, gone(502), 'upstream_error'],
    ['ServiceUnavailableException', 503, gone(503), 'upstream_error'],
  ] as const
).map(([name, status, is, type]) => ({
  it: `${name} (${status}) is ${is.code} with status ${is.status}`,
  answers: refusal(status, name, 'Words of AWS.'),
  is,
  type,
}))

errorRows('an exception', exceptions)

errorRows('the name of an exception', [
  {
    it: 'is cut at the colon of its header',
    answers: refusal(429, 'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/', 'Slow.'),
    is: limited,
  },
  {
    it: 'is cut at the colon where a namespace stands behind it',
    answers: refusal(
      429,
      'ModelNotReadyException:http://internal.amazon.com/coral/com.amazon.bedrock#Throttling',
      'No.',
    ),
    is: gone(503),
    says: /ModelNotReadyException/,
  },
  {
    it: 'stands in the header behind a namespace',
    answers: refusal(400, 'com.amazon.bedrock#ServiceQuotaExceededException', 'No more.'),
    is: exhausted,
    says: /\(ServiceQuotaExceededException, request r-1\)/,
  },
  {
    it: 'stands in the header between a namespace and an address',
    answers: refusal(429, 'com.amazon.bedrock#ModelNotReadyException:http://internal.amazon.com/#x', 'No.'),
    is: gone(503),
  },
  {
    it: 'stands in __type behind a namespace',
    answers: json(400, { __type: 'com.amazon.coral.service#ServiceQuotaExceededException', message: 'm' }),
    is: exhausted,
  },
  {
    it: 'stands in __type before an address with a namespace',
    answers: json(400, {
      __type: 'ServiceQuotaExceededException:http://internal.amazon.com/coral/com.amazon.bedrock#A',
    }),
    is: exhausted,
  },
  {
    it: 'stands in code',
    answers: json(403, { code: 'ExpiredTokenException', message: 'm' }),
    is: noAuth,
    says: /session has expired/,
  },
  {
    it: 'in the header wins over the body',
    answers: json(429, { __type: 'ThrottlingException' }, { 'x-amzn-errortype': 'ModelNotReadyException' }),
    is: gone(503),
  },
  { it: 'that is a number is none', answers: json(400, { code: 400, message: 'm' }), is: invalid },
  {
    it: 'that is not in the table yields to the status',
    answers: refusal(429, 'BrandNewException', 'm'),
    is: limited,
  },
  {
    it: 'that is a text of something else is not told',
    answers: refusal(400, 'not a name at all', 'm'),
    is: invalid,
    hides: /not a name/,
  },
])

errorRows('the message of an exception', [
  {
    it: 'is passed on for what the caller can mend',
    answers: refusal(400, 'ValidationException', 'messages: at least one message is required'),
    is: invalid,
    says: /^Bedrock: messages: at least one message is required$/,
  },
  {
    it: 'may be called Message',
    answers: json(400, { Message: 'Capital.' }),
    is: invalid,
    says: /Capital\./,
  },
  {
    it: 'of a page of HTML with 4xx is its text',
    answers: html(400, 'Bad Request'),
    is: invalid,
    says: /^Bedrock: Bad Request Bad Request$/,
  },
  {
    it: 'of a page of HTML with 503 stays out of the answer',
    answers: html(503, 'Service Temporarily Unavailable'),
    is: gone(503),
    says: /^Bedrock failed \(status 503, request r-1\)\. Try again later\.$/,
    hides: /html|Temporarily/,
  },
  { it: 'of a page of HTML with 502', answers: html(502, 'Bad Gateway'), is: gone(502) },
  { it: 'of a page of HTML with 429', answers: html(429, 'Slow down'), is: limited, says: /Slow down/ },
  { it: 'that is missing leaves the name', answers: json(429, {}), is: limited, says: /status 429/ },
  { it: 'that is no text is none', answers: json(400, { message: 5 }), is: invalid, says: /status 400/ },
  { it: 'of an empty body', answers: { status: 500, body: '' }, is: gone(502) },
  { it: 'of a body that is a list', answers: { status: 400, body: '["a"]' }, is: invalid },
  {
    it: 'of a server that failed stays out of the answer',
    answers: refusal(500, 'InternalServerException', 'at com.amazon.Foo(Foo.java:12)'),
    is: gone(502),
    hides: /Foo/,
  },
])

const tooLongSayings = [
  'Input is too long for requested model.',
  'The model returned the following errors: Input is too long for requested model.',
  'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
  'The model returned the following errors: input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again',
  '400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9000',
  'The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.',
  "This model's maximum context length is 8192 tokens. Please reduce the length of the prompt",
  'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
  "The input (265330 tokens) is longer than the model's context length (262144 tokens).",
  "You passed 131073 input tokens and requested 0 output tokens. However, the model's context length is only 131072 tokens",
  "Requested token count exceeds the model's maximum context length of 131072 tokens.",
  'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 9000.',
]
errorRows(
  'a prompt that is too long, told by its message,',
  tooLongSayings.map(message => ({
    it: `«${message}»`,
    answers: refusal(400, 'ValidationException', message),
    is: tooLong,
    type: 'invalid_request_error',
    says: /ValidationException, request r-1/,
  })),
)

errorRows('what only sounds like a prompt that is too long', [
  {
    it: 'a throttle by tokens',
    answers: refusal(429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'),
    is: limited,
  },
  {
    it: 'an output cap over the model’s own',
    answers: refusal(
      400,
      'ValidationException',
      'The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.',
    ),
    is: invalid,
  },
  {
    it: 'a tool name over 64 characters',
    answers: refusal(
      400,
      'ValidationException',
      'Value failed to satisfy constraint: Member must have length less than or equal to 64',
    ),
    is: invalid,
  },
])

errorRows('a model that cannot be had', [
  {
    it: 'by an id that does not exist',
    answers: refusal(400, 'ValidationException', 'The provided model identifier is invalid.'),
    is: noModel,
    says: /identifier is invalid\. \(ValidationException, request r-1\); name one that GET \/v1\/models lists for the provider's region\.$/,
  },
  {
    it: 'on demand teaches the inference profile',
    answers: refusal(
      400,
      'ValidationException',
      'Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    ),
    is: noModel,
    says: /on-demand throughput isn’t supported.*inference profile.*such as us\.anthropic/,
  },
  {
    it: 'since its life has ended',
    answers: refusal(404, 'ResourceNotFoundException', 'This model version has reached the end of its life.'),
    is: noModel,
    says: /end of its life/,
  },
  {
    it: 'since its life has ended, told as a validation',
    answers: refusal(
      400,
      'ValidationException',
      'This model version has reached the end of its life. Please refer to the AWS documentation.',
    ),
    is: noModel,
    says: /end of its life/,
  },
  {
    it: 'without access, which the gateway lacks and not its caller',
    answers: refusal(403, 'AccessDeniedException', "You don't have access to the model with the specified model ID."),
    is: noAuth,
    says: /access to the model/,
  },
])

const denied = 'User: arn:aws:sts::123456789012:assumed-role/gateway/i-0 is not authorized to perform an action'
errorRows('credentials', [
  {
    it: 'that may not invoke name the action they lack',
    answers: refusal(403, 'AccessDeniedException', denied),
    only: 'whole',
    is: noAuth,
    says: /lack bedrock:InvokeModel or access/,
    hides: /123456789012|gateway\/i-0/,
  },
  {
    it: 'that may not stream name the action that streams need',
    answers: refusal(403, 'AccessDeniedException', denied),
    only: 'streamed',
    is: noAuth,
    says: /lack bedrock:InvokeModelWithResponseStream or access/,
    hides: /123456789012|gateway\/i-0/,
  },
  {
    it: 'that have expired are the gateway’s to renew',
    answers: refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
    is: noAuth,
    says: /gateway's credentials.*session has expired/,
  },
  {
    it: 'that AWS does not know',
    answers: refusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
    is: noAuth,
    says: /does not know the access key/,
  },
  {
    it: 'that sign wrongly are told without the canonical request',
    answers: refusal(
      403,
      'InvalidSignatureException',
      'The Canonical String for this request should have been POST /model',
    ),
    is: noAuth,
    says: /secret key.*region.*clock/,
    hides: /Canonical/,
  },
  {
    it: 'that are missing',
    answers: refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
    is: noAuth,
    says: /came unsigned/,
  },
  { it: 'of a status without a name', answers: json(403, {}), is: noAuth, says: /may lack/ },
  { it: 'of 401 without a name', answers: json(401, { message: 'no' }), is: noAuth },
])

errorRows('a quota', [
  {
    it: 'of requests is worth another try',
    answers: refusal(429, 'ThrottlingException', 'Too many requests, please wait before trying again.'),
    is: limited,
    says: /Too many requests/,
  },
  {
    it: 'of a day is not',
    answers: refusal(429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'),
    is: exhausted,
    says: /per day/,
  },
  {
    it: 'with a Retry-After carries it on',
    answers: {
      ...refusal(429, 'ThrottlingException', 'Slow.'),
      headers: { 'x-amzn-errortype': 'ThrottlingException', 'retry-after': '2' },
    },
    is: { ...limited, retryAfterMs: 2_000 },
  },
])

errorRows('a prompt that is filtered', [
  {
    it: 'before the model saw it',
    answers: refusal(
      400,
      'ValidationException',
      'This request has been blocked by our content filters. Our filters automatically flagged this prompt.',
    ),
    is: filtered,
    type: 'invalid_request_error',
    says: /content filters/,
  },
])
