import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import { key, refused, told } from '../front-rig.ts'
import type { FrontStory } from '../front-story.ts'
import { keptFiles } from '../kept-files.ts'

/** No UTF-8: it must come as it was, whatever carries it. */
const made = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256)
const setup = { options: { batches: { providers: [keptFiles(made)] } } }

const form = { ...key, 'content-type': 'multipart/form-data; boundary=of-the-tests' }

/** A form with one file, of one chat. */
function upload(content: string): Uint8Array<ArrayBuffer> {
  const messages = [{ role: 'user', content }]
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { model: 'fast', messages } }
  const part = (disposition: string, text: string): string =>
    `--of-the-tests\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`
  const body = `${part('name="purpose"', 'batch')}${part('name="file"; filename="grüße.jsonl"', JSON.stringify(line))}--of-the-tests--\r\n`
  return new Uint8Array(Buffer.from(body))
}

/** Files that come as forms, and go out as they are. */
export const fileStories: readonly FrontStory[] = [
  {
    name: 'a file is uploaded as a form',
    setup,
    async tell(rig) {
      const { status, text } = await told(rig.post('/v1/files', upload('Grüße, 世界 🚀'), { headers: form }))
      expect([status, JSON.parse(text)]).toMatchObject([200, { id: 'file-1', filename: 'grüße.jsonl' }])
    },
  },
  {
    name: 'a form that breaks off is refused, and the next one served',
    setup,
    async tell(rig) {
      const cut = upload('Say exactly: a').subarray(0, -30)
      const { status, error } = await refused(rig.post('/v1/files', cut, { headers: form }))
      expect([status, error.code, error.param]).toEqual([400, 'invalid_request', 'file'])
      expect((await told(rig.post('/v1/files', upload('Say exactly: b'), { headers: form }))).status).toBe(200)
    },
  },
  {
    name: 'what a batch made is read byte by byte, and deleted',
    setup,
    async tell(rig) {
      const answer = await rig.ask('/v1/files/file-1/content', { headers: key })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(made)
      const head = await rig.ask('/v1/files/file-1/content', { method: 'HEAD', headers: key })
      expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
      const { text } = await told(rig.ask('/v1/files/file-1', { method: 'DELETE', headers: key }))
      expect(JSON.parse(text)).toEqual({ id: 'file-1', object: 'file', deleted: true })
    },
  },
]
