import { isJsonObject, type JsonObject } from './json.ts'

/** What JavaScript has for JSON that it cannot hold, and TypeScript's library does not know yet. */
interface ExactJson {
  /** A value that `JSON.stringify` writes as this text. */
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}
const json = JSON as typeof JSON & ExactJson

/** Of many digits, or of an exponent that may be beyond a double's. */
const longNumber = /\d[\d.]{14}\d|[eE][+-]?\d{3}/

/**
 * As `JSON.parse`, but numbers that no double holds keep their digits when they are written again: models call tools with the ids that
 * they were told, and the nearest number is another order's; beyond all doubles it would be `null`.
 * @see https://tc39.es/proposal-json-parse-with-source/
 */
export function parseExact(text: string): unknown {
  return longNumber.test(text) ? JSON.parse(text, withDigits) : JSON.parse(text)
}

/** An answer of Bedrock's: exact where it calls tools, elsewhere nothing is written again. `undefined` for what is no JSON object. */
export function parseAnswer(text: string): JsonObject | undefined {
  try {
    const value = text.includes('"toolUse"') ? parseExact(text) : (JSON.parse(text) as unknown)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function withDigits(_key: string, value: unknown, { source = '' }: { readonly source?: string } = {}): unknown {
  return typeof value === 'number' ? exactNumber(source, value) : value
}

/** A number by its JSON text, to be written as that text where no double holds it. */
export function exactNumber(source: string, value: number = Number(source)): unknown {
  const isHeld = /^-?\d+$/.test(source) ? Number.isSafeInteger(value) : isSame(source, String(value))
  return isHeld || !decimal.test(source) ? value : json.rawJSON(source)
}

const decimal = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Whether two texts are one number, its sign aside; `Infinity` is none. */
function isSame(text: string, other: string): boolean {
  const [digits, exponent] = partsOf(text)
  const [otherDigits, otherExponent] = partsOf(other)
  return digits === otherDigits && (digits === '' || exponent === otherExponent)
}

/** The digits that count, and by what power of ten they do. */
function partsOf(text: string): readonly [digits: string | undefined, exponent: number] {
  const [, whole, fraction = '', exponent = '0'] = decimal.exec(text) ?? []
  if (whole === undefined) return [undefined, 0]
  const all = (whole + fraction).replace(/^0+/, '')
  const digits = withoutZeros(all)
  return [digits, Number(exponent) - fraction.length + all.length - digits.length]
}

/** Without those at its end. Counted: a pattern would take the square of them. */
function withoutZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}

/** The text of a number that {@link parseExact} has kept. */
export function keptDigits(value: unknown): string | undefined {
  return json.isRawJSON(value) ? value.rawJSON : undefined
}

/** An integer to be written digit by digit. */
export function exactInteger(value: bigint): object {
  return json.rawJSON(String(value))
}
