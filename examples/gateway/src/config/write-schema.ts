import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationDocument } from './configuration-document.ts'
import { configJsonSchema } from './json-schema.ts'

const file = join(import.meta.dirname, '../../modelgate.schema.json')
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
writeFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), configurationDocument())
