import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '../openapi/openapi-document.ts'
import { documentedRoutes } from '../server/app-routes.ts'
import { postmanCollection, postmanEnvironment } from './collection.ts'

const folder = join(import.meta.dirname, '../../postman')

function write(name: string, value: object): void {
  writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
}

write('AI-Model-Gateway.postman_collection.json', postmanCollection(openApiDocument(documentedRoutes)))
write('AI-Model-Gateway.postman_environment.json', postmanEnvironment())
