import { createHash } from 'node:crypto'
import { objectOf, parseJson, stringOf } from '../json.ts'

const SIGNATURE_BYTES = 64

/** The signature of a thought, which none but this text has. */
export function signatureFor(text: string): string {
  return createHash('sha512').update(text).digest('base64')
}

/** Whether a signature is of the simulator's own form, but not of this text. What others made up passes. */
export function isAltered(text: string, signature: string): boolean {
  return Buffer.from(signature, 'base64').length === SIGNATURE_BYTES && signature !== signatureFor(text)
}

/** A thought that only its own provider can read, as base64. */
export function encryptedThought(issuer: string, text: string): string {
  return Buffer.from(JSON.stringify({ issuer, digest: signatureFor(text).slice(0, 24) })).toString('base64')
}

/** Whose encrypted thought this is; undefined when the simulator did not make it. */
export function issuerOf(redacted: string): string | undefined {
  return stringOf(objectOf(parseJson(Buffer.from(redacted, 'base64').toString('utf8'))).issuer)
}
