// Loads a bundled handler as Lambda's runtime does, sends it one request, and tells when the first byte of the streamed body is
// there: `node first-byte.mjs <bundle>`. It imports nothing but the bundle, whose time it takes.
import { pathToFileURL } from 'node:url'

globalThis.awslambda = {
  streamifyResponse: handler => handler,
  HttpResponseStream: {
    from(stream, { statusCode }) {
      stream.statusCode = statusCode
      return stream
    },
  },
}

const body = JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'Why is the sky blue?' }] })
const event = {
  version: '2.0',
  rawPath: '/v1/chat/completions',
  headers: { authorization: `Bearer ${process.env.MODELGATE_API_KEY}`, 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
  body,
}
const stream = {
  statusCode: 0,
  write(bytes) {
    const { user, system } = process.cpuUsage()
    const begun = Buffer.from(bytes).toString('utf8', 0, 7)
    process.send({ statusCode: stream.statusCode, begun, cpuMs: (user + system) / 1_000 }, () => process.exit())
    return true
  },
  end() {},
  on() {},
  off() {},
  setContentType() {},
}
const { handler } = await import(pathToFileURL(process.argv[2]).href)
await handler(event, stream, { awsRequestId: 'cold', getRemainingTimeInMillis: () => 30_000 })
