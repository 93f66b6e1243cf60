import http from 'node:http'
import { serve } from '../machine/serve.ts'

/* An upstream that refuses every call with 429, and asks for longer than a round takes. */

const body = JSON.stringify({
  error: { message: 'Rate limit reached.', type: 'requests', param: null, code: 'rate_limit_exceeded' },
})

const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '50' }).end(body)
  })
})
serve(server)
