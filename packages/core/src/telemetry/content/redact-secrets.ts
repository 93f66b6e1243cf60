const masked = '[redacted]'

/** Whole blocks, and what was cut before its end. */
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g
/** Words that dots hold together. It fits wherever it begins, so that no text is gone through twice. */
const dotted = /[\w-]+(?:\.[\w-]*)*/g
/** `{"`, which a JWT's header begins with, in base64. */
const jwtStart = 'eyJ'
const shortestJwtHeader = 8
/** What follows a scheme of the `Authorization` header: long, or with a digit in it. A word of prose is neither. */
const bearer = /\b((?:bearer|basic|apikey)\s{1,4})(?=[\w.~+/=-]{0,64}\d|[\w.~+/=-]{20})[\w.~+/=-]{8,}/gi
/** With a digit, as keys have it: `risk-assessment` is a word. */
const prefixedKey = /(?:[sprk]k-|[sprk]k_(?:live|test)_|gh[opsu]_|mg_)(?=[A-Za-z_-]{0,64}\d)[\w-]{8,}/g
/** Of providers whose prefixes are short enough to stand in words, which are shorter or have no digit. */
const providersKey = /(?:gsk_|xai-|nvapi-|hf_|r8_|fw_|pplx-|csk-)(?=[A-Za-z_-]{0,64}\d)[\w-]{20,}|AIza[\w-]{16,}/g
/** Bedrock's API keys, long-lived and short, and the session tokens of AWS's temporary credentials. */
const awsToken = /(?:ABSK|bedrock-api-key-)[\w+/=-]{16,}|(?:IQoJb3JpZ2luX2Vj|F[Qw]oGZXIvYXdz)[\w+/=%-]+/g
const awsKeyId = /(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{12,}/g
/** Who a URL says is calling, with a password or a token. */
const userInfo = /(:\/\/)[^\s/?#"'<>]+@/g
const hex = /[0-9a-f]{32,}/gi
const longRun = /[\w+/=-]{32,}/g
const email = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu
const digits = /\d(?:[ \u00A0-]?\d){12,}/g

/**
 * Masks what looks like a secret or a person's: e-mail addresses, card numbers, bearer tokens, API keys, AWS credentials, JWTs,
 * private keys, long hexadecimal and base64. It knows forms and no meanings: a name, a short password or an address in prose stays.
 */
export function redactSecrets(text: string): string {
  return redactKeys(text)
    .replace(hex, masked)
    .replace(longRun, run => (isRandom(run) ? masked : run))
    .replace(email, masked)
    .replace(digits, run => (holdsCard(run) ? masked : run))
}

/** Masks only what opens something: private keys, JWTs, bearer tokens, API keys, AWS key ids, the user of a URL. Paths and ids stay as they are. */
export function redactKeys(text: string): string {
  return text
    .replace(privateKey, masked)
    .replace(userInfo, `$1${masked}@`)
    .replace(dotted, maskJwt)
    .replace(bearer, `$1${masked}`)
    .replace(prefixedKey, masked)
    .replace(providersKey, masked)
    .replace(awsToken, masked)
    .replace(awsKeyId, masked)
}

/** Masks a JWT's header and all behind it. */
function maskJwt(run: string): string {
  if (!run.includes(jwtStart)) return run
  let start = 0
  for (const segment of run.split('.')) {
    const at = segment.indexOf(jwtStart)
    const end = start + segment.length
    const isHeader = at >= 0 && segment.length - at >= shortestJwtHeader
    if (isHeader && /[\w-]/.test(run.charAt(end + 1))) return run.slice(0, start + at) + masked
    start = end + 1
  }
  return run
}

/** Paths and names in prose are of one case, or have no digit and are shorter than an AWS secret. */
function isRandom(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && (run.length >= 40 || /\d/.test(run))
}

/** Whether a card's number stands anywhere in a run of digits: 13 to 19 of them, of a network's first digit, with a right last one. */
function holdsCard(run: string): boolean {
  const numbers = Array.from(run.replace(/\D/g, ''), Number)
  return numbers.some((first, start) => first >= 2 && first <= 6 && startsCard(numbers.slice(start, start + 19)))
}

function startsCard(numbers: readonly number[]): boolean {
  for (let length = 13; length <= numbers.length; length += 1) if (passesLuhn(numbers.slice(0, length))) return true
  return false
}

/** https://www.iso.org/standard/70484.html, annex B */
function passesLuhn(numbers: readonly number[]): boolean {
  const sum = numbers.toReversed().reduce((total, number, at) => {
    const weighted = at % 2 === 1 ? number * 2 : number
    return total + (weighted > 9 ? weighted - 9 : weighted)
  }, 0)
  return sum % 10 === 0
}
