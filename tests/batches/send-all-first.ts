import { once } from 'node:events'
import { connect } from 'node:net'
import { line } from './batch-rig.ts'

/** Sends a file whole before it looks at what was answered, as plain clients do; what was answered. */
export async function sendAllFirst(url: string, key: string, megabytes: number): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.pause()
  const form = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
  const piece = Buffer.from(`${line('a', 'x'.repeat(1_000_000))}\n`)
  const length = form.length + megabytes * piece.length
  const headers = `authorization: Bearer ${key}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: ${length}`
  socket.write(`POST /v1/files HTTP/1.1\r\nhost: gateway\r\n${headers}\r\n\r\n${form}`)
  for (let sent = 0; sent < megabytes; sent += 1) if (!socket.write(piece)) await once(socket, 'drain')
  socket.resume()
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return answer.toString('utf8')
}
