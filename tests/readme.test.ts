import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = join(import.meta.dirname, '.snippets')
const documents = ['README.md', ...globSync(['docs/*.md', '{packages,examples}/*/README.md'], { cwd: root })]
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as object)

interface Snippet {
  readonly name: string
  readonly language: string
  readonly code: string
}

function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(root, document), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = ''], index) => ({
    name: `${document} #${index + 1}`,
    language,
    code,
  }))
}

function withoutCode(document: string): string {
  return readFileSync(join(root, document), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
}

/** Whether a path is there, and in it, or in the README of a directory, the heading that GitHub calls so. */
function isThere(path: string, heading: string): boolean {
  const [found] = globSync([path, join(path, 'README.md')], { cwd: root }).toReversed()
  if (found === undefined || heading === '') return found !== undefined
  const headings = [...withoutCode(found).matchAll(/^#+ (.*)/gm)].map(([, text = '']) => anchorOf(text))
  return headings.includes(heading)
}

function anchorOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return text
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

const snippets = documents.flatMap(snippetsOf)
const typescript = snippets.filter(({ language }) => language === 'ts' || language === 'typescript')

describe('what the documents show', () => {
  let faults: Map<string, string[]>
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    const files = typescript.map((snippet, index) => {
      const file = join(folder, `snippet-${index}.ts`)
      writeFileSync(file, `${snippet.code}\nexport {}\n`)
      return { file, name: snippet.name }
    })
    const base = ts.readConfigFile(join(root, 'tsconfig.base.json'), path => readFileSync(path, 'utf8')).config
      .compilerOptions
    const { options } = ts.convertCompilerOptionsFromJson(
      {
        ...base,
        composite: false,
        emitDeclarationOnly: false,
        declaration: false,
        isolatedDeclarations: false,
        noEmit: true,
      },
      root,
    )
    const program = ts.createProgram(
      files.map(({ file }) => file),
      options,
    )
    faults = new Map(
      files.map(({ file, name }) => [
        name,
        ts
          .getPreEmitDiagnostics(program, program.getSourceFile(file))
          .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      ]),
    )
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(typescript.map(({ name }) => name))('compiles: %s', name => {
    expect(faults.get(name)).toEqual([])
  })

  it('has TypeScript to compile in the README', () => {
    expect(typescript.filter(({ name }) => name.startsWith('README.md')).length).toBeGreaterThanOrEqual(3)
  })

  it('names only scripts that exist', () => {
    const named = snippets
      .filter(({ language }) => /^(?:bash|sh|shell)$/.test(language))
      .flatMap(({ name, code }) =>
        [...code.matchAll(/pnpm@12 (?:run )?([a-z][\w:-]*)/g)].map(([, script = '']) => ({ name, script })),
      )
    expect(named.filter(({ script }) => script !== 'install' && !scripts.includes(script))).toEqual([])
  })

  it('links only to files and headings that exist', () => {
    const dead = documents.flatMap(document =>
      [...withoutCode(document).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
        .filter(([, to = '', heading = '']) => !isThere(to === '' ? document : join(document, '..', to), heading))
        .map(([link]) => `${document} ${link}`),
    )
    expect(dead).toEqual([])
  })
})
