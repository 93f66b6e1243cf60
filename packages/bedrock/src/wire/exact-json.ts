import { isJsonObject, type JsonObject } from './json.ts'

/** What JavaScript has for JSON that it cannot hold, and TypeScript's library does not know yet. */
interface ExactJson {
  /** A value that `JSON.stringify` writes as this text. */
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}
const json = JSON as typeof JSON & ExactJson

const longInteger = /\d{16}/

/**
 * As `JSON.parse`, but integers that no double holds keep their digits when they are written again: models call tools with the ids that
 * they were told, and the nearest number is another order's.
 * @see https://tc39.es/proposal-json-parse-with-source/
 */
export function parseExact(text: string): unknown {
  return longInteger.test(text) ? JSON.parse(text, withDigits) : JSON.parse(text)
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
  const isLost = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLost && /^-?\d+$/.test(source) ? json.rawJSON(source) : value
}

/** The digits of an integer that {@link parseExact} has kept. */
export function keptDigits(value: unknown): string | undefined {
  return json.isRawJSON(value) ? value.rawJSON : undefined
}

/** An integer to be written digit by digit. */
export function exactInteger(value: bigint): object {
  return json.rawJSON(String(value))
}
