import { createHash } from 'node:crypto'

const PREFIX = 'gAAAAAB'
const DIGEST = 24

/** A thought as a client may keep and send it back: what it says, only its maker can tell. */
export function sealed(reasoning: string): string {
  const text = Buffer.from(reasoning).toString('base64url')
  return `${PREFIX}${text}${digestOf(text)}`
}

/** Whether the simulator made it, and nobody altered it. */
export function isSealed(content: string): boolean {
  const text = content.slice(PREFIX.length, -DIGEST)
  return content.startsWith(PREFIX) && content.endsWith(digestOf(text))
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST)
}
