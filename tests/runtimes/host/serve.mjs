// Bun, Deno and Node: serves the gateway by what the runtime has for it, or over `node:http`, and prints the port.
import { hostGateway } from './gateway.mjs'

const settings = JSON.parse(process.env.SETTINGS)
const { gateway, serve } = hostGateway(settings)
const said = port => console.log(JSON.stringify({ port }))

if (settings.front === 'fetch' && globalThis.Bun) {
  // Bun gives up connections that are silent for 10 s, unless told otherwise.
  said(Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 60, fetch: request => serve(request) }).port)
} else if (settings.front === 'fetch' && globalThis.Deno) {
  Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => said(port) }, request => serve(request))
} else {
  const { createServer } = await import('node:http')
  const { toNodeHandler } = await import('@modelgate/core/node')
  const handler = toNodeHandler(gateway)
  const server = createServer(async (request, response) => {
    if (request.url.startsWith('/v1/')) return handler(request, response)
    const answer = await serve(new Request(`http://gateway${request.url}`))
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.listen(0, '127.0.0.1', () => said(server.address().port))
}
