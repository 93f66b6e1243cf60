import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createCatalogServer } from './catalog-server.ts'
import { openCatalog } from './open-catalog.ts'
import { serveHttp } from './serve-http.ts'

const { env } = process
const catalog = await openCatalog(env)
const create = () => createCatalogServer({ catalog })

if (env.CATALOG_TRANSPORT === 'http') {
  const serving = await serveHttp(create, { host: env.HOST, port: Number(env.PORT ?? 3030), token: env.CATALOG_TOKEN })
  console.log(JSON.stringify({ msg: 'listening', url: serving.url }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void serving[Symbol.asyncDispose]())
} else {
  // Standard output belongs to the protocol; when standard input ends, so does the process.
  serveStdio(create)
}
