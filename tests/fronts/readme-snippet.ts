import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '../..')

/**
 * What the one TypeScript snippet of a README exports that holds a text.
 * @throws {Error} where none holds it, or several.
 */
export async function readmeSnippet<Exports>(document: string, holding: string): Promise<Exports> {
  const text = readFileSync(join(root, document), 'utf8')
  const found = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].filter(([, code]) => code?.includes(holding))
  if (found.length !== 1) throw new Error(`${found.length} snippets of ${document} hold: ${holding}`)
  // Inside the repository, so that what a snippet imports is found.
  const folder = mkdtempSync(join(root, 'tests/.snippets-'))
  try {
    const file = join(folder, 'snippet.ts')
    writeFileSync(file, found[0]![1]!)
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Exports
  } finally {
    rmSync(folder, { recursive: true })
  }
}
