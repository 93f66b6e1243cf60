import { readFileSync } from 'node:fs'

/** A row of the table in `docs/deploy.md`. */
export interface IamRow {
  /** `service:Action`, or the name of a managed policy. */
  readonly action: string
  readonly feature: string
  /** What removes it, as the table words it; undefined where nothing does. */
  readonly removedBy: string | undefined
}

const document = new URL('../../docs/deploy.md', import.meta.url)

/**
 * The rows for one deployment: those of the table below `### <deployment>` in the chapter `## IAM actions`. A row may name several
 * actions, which its other cells then say something about together.
 */
export function iamRows(deployment: string, markdown: string = readFileSync(document, 'utf8')): IamRow[] {
  const chapter = sectionOf(markdown, '## IAM actions')
  return sectionOf(chapter, `### ${deployment}`)
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .flatMap(line => {
      const [, actions = '', feature = '', removedBy = ''] = line.split('|').map(cell => cell.trim())
      return [...actions.matchAll(/`([^`]+)`/g)].map(([, action = '']) => ({
        action,
        feature,
        removedBy: removedBy === '' || removedBy === '–' ? undefined : removedBy,
      }))
    })
}

function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n')
  const start = lines.indexOf(heading)
  if (start === -1) throw new Error(`docs/deploy.md has no heading '${heading}'.`)
  const depth = heading.indexOf(' ')
  const length = lines.slice(start + 1).findIndex(line => /^#+ /.test(line) && line.indexOf(' ') <= depth)
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n')
}
