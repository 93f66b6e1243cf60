import { type ClientRequest, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { line } from './batch-rig.ts'

/** An upload that is written as fast as it is taken. */
export interface LargeUpload {
  /** Resolves with the answer. */
  readonly answered: Promise<{ readonly status: number; readonly body: string }>
  /** Bytes that the connection has taken. */
  sentBytes(): number
  /** Gives it up. */
  abort(): void
}

export interface LargeFile {
  readonly url: string
  readonly megabytes: number
  readonly lineBytes: number
}

const head =
  '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n' +
  '--x\r\ncontent-disposition: form-data; name="file"; filename="large.jsonl"\r\n\r\n'

/** Sends a file that is nowhere whole: its lines are made while they are taken. */
export function sendLines({ url, megabytes, lineBytes }: LargeFile): LargeUpload {
  const headers = { authorization: 'Bearer key-of-ann', 'content-type': 'multipart/form-data; boundary=x' }
  const sending = request(`${url}/v1/files`, { method: 'POST', headers })
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    sending.on('error', reject)
    sending.on('response', response => {
      text(response).then(body => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
  })
  void writeAll(sending, Math.ceil((megabytes * 1_048_576) / lineBytes), lineBytes)
  return {
    answered,
    sentBytes: () => sending.socket?.bytesWritten ?? 0,
    abort: () => sending.destroy(),
  }
}

async function writeAll(sending: ClientRequest, count: number, lineBytes: number): Promise<void> {
  const filler = 'word '.repeat(lineBytes / 5)
  sending.write(head)
  for (let index = 0; index < count && !sending.destroyed; index += 1) {
    const each = `${line(`request-${index}`, `${index} ${filler}`.slice(0, lineBytes - 150))}\n`
    if (!sending.write(each)) await room(sending)
  }
  sending.end('\r\n--x--\r\n')
}

function room(sending: ClientRequest): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      sending.off('drain', done).off('close', done)
      resolve()
    }
    sending.on('drain', done).on('close', done)
  })
}
