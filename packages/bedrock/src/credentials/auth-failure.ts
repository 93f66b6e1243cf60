/** What to do about each refusal of credentials, by the exception's name in lower case. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^expiredtoken/, 'their session has expired and must be renewed.'],
  [
    /^(unrecognizedclient|invalidclienttokenid)/,
    'AWS does not know the access key or its session token in this region.',
  ],
  [
    /^(invalidsignature|signaturedoesnotmatch|incompletesignature|requestexpired)/,
    "check their secret key and session token, the region, and the gateway's clock.",
  ],
  [/^missingauthenticationtoken/, 'the request came unsigned; look for a proxy that strips `authorization`.'],
  [/^optinrequired/, 'their account is not signed up for Bedrock.'],
]

/** Of a Bedrock API key AWS's exception is that of a missing permission. */
const badApiKey = 'check the Bedrock API key: it may have expired, be cut short, or be of another region.'

/** What is looked at of a refusal; none of its message is passed on. */
interface Refusal {
  readonly message: string
  /** The IAM action that the request needed. */
  readonly action?: string | undefined
}

/**
 * What callers are told when Bedrock refuses the gateway itself. AWS's own text names the account, the role and the instance,
 * which are no business of theirs.
 * @param label `403, AccessDeniedException`
 */
export function authMessage(name: string, label: string, { message, action }: Refusal): string {
  const remedy = /\bapi key\b/i.test(message) ? badApiKey : authRemedy(name, action)
  return `Bedrock refused the gateway's credentials (${label}); ${remedy}`
}

/** What to do about a refusal of credentials, as the end of a sentence about them. */
export function authRemedy(name: string, action: string | undefined): string {
  const known = remedies.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1]
  return known ?? `the role may lack ${action ?? 'an IAM action of bedrock:'} or access to the model.`
}
