import type { ParameterDoc } from '../operation.ts'

const ownKeys =
  'Looked at where the gateway takes AWS keys of its callers’; `x-provider` names the provider of Bedrock.'

/** AWS keys of the caller's own. */
const callerKeyParameters: readonly ParameterDoc[] = [
  {
    name: 'x-aws-access-key-id',
    in: 'header',
    description: `An AWS key of your own, with which Bedrock is called, and who pays for it. ${ownKeys}`,
    schema: { type: 'string' },
  },
  {
    name: 'x-aws-secret-access-key',
    in: 'header',
    description: 'Its secret; the one is not taken without the other.',
    schema: { type: 'string' },
  },
  {
    name: 'x-aws-session-token',
    in: 'header',
    description: 'Of temporary AWS keys.',
    schema: { type: 'string' },
  },
  {
    name: 'x-aws-region',
    in: 'header',
    description: "Beside them: the region that is called. Default: the provider's.",
    schema: { type: 'string' },
    example: 'us-east-1',
  },
]

/** Headers that a call may come with. */
export const callParameters: readonly ParameterDoc[] = [
  {
    name: 'x-request-id',
    in: 'header',
    description: 'An id of your own for this request; it stands in the answer, in logs and in traces.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  {
    name: 'x-provider',
    in: 'header',
    description: 'The id of the one provider that may answer.',
    schema: { type: 'string' },
    example: 'bedrock',
  },
  {
    name: 'idempotency-key',
    in: 'header',
    description:
      'What this call is known by: repeated with the same key it gets the same answer, and costs nothing. The first goes on though its client leaves.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  {
    name: 'x-modelgate-cache',
    in: 'header',
    description:
      '`on` has the answer kept and given again, though its route does not say so; `refresh` has a fresh one kept; `off` neither. Looked at where the gateway has a cache.',
    schema: { type: 'string', enum: ['on', 'off', 'refresh'] },
  },
  {
    name: 'cache-control',
    in: 'header',
    description:
      '`no-store`: neither a kept answer nor one to be kept; `no-cache`: a fresh one; `max-age`: none older, in seconds.',
    schema: { type: 'string' },
    example: 'max-age=60',
  },
  {
    name: 'x-request-timeout-ms',
    in: 'header',
    description: "What the whole call may take. It can only shorten the gateway's own.",
    schema: { type: 'integer', minimum: 1 },
  },
  ...callerKeyParameters,
]

/** Of lists of models, which callers with AWS keys of their own are given of their own account. */
export const ownListParameters: readonly ParameterDoc[] = [
  ...callParameters.filter(({ name }) => name === 'x-provider'),
  ...callerKeyParameters,
]

export const reportParameter: ParameterDoc = {
  name: 'x-modelgate-report',
  in: 'header',
  description: '`comment` asks a stream for a last comment with target, attempts, usage and cost.',
  schema: { type: 'string', enum: ['comment'] },
}

export const contextParameter: ParameterDoc = {
  name: 'x-modelgate-context',
  in: 'header',
  description: '`off` keeps the gateway from adding facts to the prompt; `on` is as if nothing were said.',
  schema: { type: 'string', enum: ['on', 'off'] },
}
