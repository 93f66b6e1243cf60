import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** `file: name` of what a file exports by a declaration of its own that has no docstring. */
function undocumented(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  return source.statements
    .filter(isExported)
    .filter(isBare)
    .map(statement => `${file}: ${nameOf(statement)}`)
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}

function isBare(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).length === 0
}

function nameOf(statement: ts.Statement): string {
  return /^export (?:declare |async |abstract )*\w+\*? (\w+)/.exec(statement.getText())?.[1] ?? '?'
}

describe('what a package exports', () => {
  it.each(['aws', 'bedrock', 'core', 'mcp-context', 'openai'])('of %s has a docstring', name => {
    const files = globSync(`packages/${name}/src/**/*.ts`, { cwd: root })
    expect(files.flatMap(undocumented)).toEqual([])
  })
})
