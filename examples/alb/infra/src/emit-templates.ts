import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainTemplates } from './plain-templates.ts'

const directory = join(import.meta.dirname, '../cloudformation')
for (const [name, text] of plainTemplates(mkdtempSync(join(tmpdir(), 'modelgate-cdk-')))) {
  writeFileSync(join(directory, name), text)
  console.log(`Wrote cloudformation/${name}.`)
}
