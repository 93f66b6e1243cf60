import { type RawAnswer, readSight, type Sight } from './sight.ts'

/** One request of the drill's client. */
export interface DoorRequest {
  /** The gateway's. */
  readonly url: string
  readonly path: string
  readonly key: string
  readonly body: object
  /** Goes away as soon as content has come. */
  readonly leaves?: boolean | undefined
  /** Goes away when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** What an answer may take before it counts as none, in milliseconds. */
  readonly patienceMs: number
}

/** Asks the door over HTTP, as clients do, and keeps every byte. A connection that fails is a sight, too, of status 0. */
export async function askDoor({ url, path, key, body, leaves, signal, patienceMs }: DoorRequest): Promise<Sight> {
  const leaving = new AbortController()
  try {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-modelgate-report': 'comment' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(patienceMs), ...(signal ? [signal] : [])]),
    })
    return readSight(await read(answer, leaves ? () => leaving.abort() : undefined))
  } catch {
    return readSight({ status: 0, headers: new Headers(), text: '', brokeOff: true })
  }
}

async function read(answer: Response, leave: (() => void) | undefined): Promise<RawAnswer> {
  const { status, headers } = answer
  const decoder = new TextDecoder()
  let text = ''
  let brokeOff = false
  try {
    for await (const bytes of answer.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      if (leave && readSight({ status, headers, text, brokeOff }).hasContent) {
        leave()
        break
      }
    }
  } catch {
    brokeOff = true
  }
  return { status, headers, text, brokeOff }
}
