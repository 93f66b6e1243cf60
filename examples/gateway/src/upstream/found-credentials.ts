import type { Environment } from '../environment.ts'

/** An upstream that the environment holds credentials for. */
export interface FoundCredentials {
  readonly id: 'bedrock' | 'openai'
  /** As people name it. */
  readonly name: string
}

/** The first of each stands in what we tell people to set. */
const variables: readonly (FoundCredentials & { readonly anyOf: readonly string[] })[] = [
  {
    id: 'bedrock',
    name: 'AWS credentials',
    anyOf: [
      'AWS_ACCESS_KEY_ID',
      'AWS_PROFILE',
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ],
  },
  { id: 'openai', name: 'OPENAI_API_KEY', anyOf: ['OPENAI_API_KEY'] },
]

/** Looks for credentials without using any. */
export function findCredentials(environment: Environment): readonly FoundCredentials[] {
  return variables.filter(({ anyOf }) => anyOf.some(name => environment[name])).map(({ id, name }) => ({ id, name }))
}
