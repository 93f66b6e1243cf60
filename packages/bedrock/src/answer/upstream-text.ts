/** Longer texts are dumps (signature errors quote the whole canonical request), not messages. */
const maxLength = 1_000

/** Key ids, principal ids, API keys and tokens, which signature errors quote. */
const secrets =
  /\bA(?:KIA|SIA|ROA|IDA|GPA|IPA|NPA|NVA|SCA)[A-Z0-9]{12,}|\bABSK[\w+/=-]+|\bbedrock-api-key-[\w+/=-]+|\b(?:IQoJb3JpZ2luX2Vj|F[Qw]oGZXIvYXdz)[\w+/=%-]+|(?<=x-amz-security-token:)\s*\S+|(?<=Bearer )\S+/gi

/** Who the gateway is: the whole of a principal's ARN, any other ARN's account, an account by itself. */
const principals = /\barn:aws[\w-]*:(?:iam|sts):[\w-]*:[^\s,;"']+/gi
const accounts = /(?<![\w-])\d{12}(?![\w-])/g

/** AWS's text for the gateway's own eyes, in `cause`: one line of at most 1,000 characters, without keys. */
export function withoutSecrets(text: string): string {
  const line = text.replace(secrets, '[redacted]').replace(/\s+/g, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line
}

/** The same as it may be passed on to callers: without the gateway's AWS account, roles and instances too. */
export function withoutIdentity(text: string): string {
  return withoutSecrets(text).replace(principals, '[principal]').replace(accounts, '[account]')
}
