import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentedRoutes } from '../server/app-routes.ts'
import { openApiDocument } from './openapi-document.ts'

const file = join(import.meta.dirname, '../../openapi.json')
writeFileSync(file, `${JSON.stringify(openApiDocument(documentedRoutes), null, 2)}\n`)
