import * as z from 'zod'
import { Secret } from '../secret.ts'
import { members } from './members.ts'

const reference = /^(?:env:[A-Za-z_]\w*|ssm:\/?[\w./-]+|secretsmanager:[\w/+=.@:-]+(?:#[^#]+)?)$/

/** Whether a text names a secret that stands elsewhere, and is none itself. */
export function isReference(text: string): boolean {
  return reference.test(text)
}

/** Whether a value is `{ "secret": "ssm:/path" }`, and not an object in which something is called so. */
export function isReferenceObject(value: unknown): value is SecretReference {
  if (typeof value !== 'object' || value === null || !('secret' in value)) return false
  return typeof value.secret === 'string' && isReference(value.secret) && Object.keys(value).length === 1
}

/** `{ "secret": "ssm:/path" }`: where a secret stands, never the secret. */
const secretReference = members({
  secret: z
    .string()
    .regex(
      reference,
      "must be 'env:NAME', 'ssm:/path', 'secretsmanager:<name or ARN>' or 'secretsmanager:<name or ARN>#<member of its JSON>'.",
    ),
}).meta({
  description:
    'A secret that stands elsewhere: env:NAME, ssm:/path, secretsmanager:<name or ARN>, or that with #<member of its JSON>.',
  examples: [{ secret: 'secretsmanager:ai-gateway-dev/openai#api_key' }],
})

/** A secret by itself, which from here on is of the type that prints nothing, or where it stands. */
export const secret = z
  .union([
    z
      .string()
      .min(1)
      .transform(text => new Secret(text)),
    secretReference,
  ])
  .describe('A reference. The secret itself is taken too, with a warning: files get shared.')

type SecretReference = z.infer<typeof secretReference>
export type SecretConfig = z.infer<typeof secret>
