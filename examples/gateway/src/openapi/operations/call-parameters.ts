import type { ParameterDoc } from '../operation.ts'

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
    name: 'x-request-timeout-ms',
    in: 'header',
    description: "What the whole call may take. It can only shorten the gateway's own.",
    schema: { type: 'integer', minimum: 1 },
  },
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
  description: '`off` keeps the gateway from adding facts to the prompt.',
  schema: { type: 'string', enum: ['off'] },
}
