import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createCatalogServer } from './catalog-server.ts'
import { openCatalog } from './open-catalog.ts'
import type { ProductCatalog } from './product-catalog.ts'
import { serveHttp } from './serve-http.ts'
import { readSettings, type Settings } from './settings.ts'

const settings = settingsOrEnd()
const catalog = await openCatalog(process.env).catch((fault: Error): ProductCatalog => {
  return end(
    `The catalogue cannot be read: ${fault.message.replace(/\.$/, '')}. CATALOG_FILE and CATALOG_TABLE say where it is.`,
    2,
  )
})
const create = () => createCatalogServer({ catalog })

if (settings.transport === 'http') {
  const serving = await serveHttp(create, settings).catch((fault: Error) => {
    return end(`Cannot listen: ${fault.message.replace(/\.$/, '')}. HOST and PORT say where.`, 1)
  })
  console.log(JSON.stringify({ msg: 'listening', url: serving.url }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void serving[Symbol.asyncDispose]())
} else {
  // Standard output belongs to the protocol; when standard input ends, so does the process.
  serveStdio(create)
}

function settingsOrEnd(): Settings {
  try {
    return readSettings(process.env)
  } catch (fault) {
    return end((fault as Error).message, 2)
  }
}

/** A stack would tell of this program, and not of what was set. */
function end(line: string, code: number): never {
  console.error(line)
  process.exit(code)
}
