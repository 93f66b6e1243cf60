import type { FamilyCapabilities } from '../src/models/model-capabilities.ts'
import { featurePrefixes, featuresOf, type ModelFeatures } from '../src/models/model-features.ts'
import { modelFamilies } from '../src/models/models.ts'

type Family = (typeof modelFamilies)[number]
type Column = readonly [title: string, cell: (capabilities: FamilyCapabilities, prefix: string) => string]

const yes = (value: boolean): string => (value ? 'yes' : '-')
const count = (value: number): string => (value === 0 ? '-' : Number.isFinite(value) ? String(value) : 'any')

/** What is worth a column; what only few families differ in stands in the last. */
const columns: readonly Column[] = [
  ['family', ({ family }) => family],
  ['system', ({ system }) => yes(system)],
  ['tools', ({ tools, streamsTools }) => (tools ? (streamsTools ? 'yes' : 'whole') : '-')],
  ['choice', ({ toolChoices }) => (toolChoices.length > 0 ? toolChoices.join(' ') : '-')],
  ['strict', ({ strictTools }) => yes(strictTools)],
  ['json', (_, prefix) => ofAll(prefix, ({ structuredOutput: way }) => (way === 'prompt' ? 'words' : way))],
  ['caches', (_, prefix) => ofAll(prefix, ({ caching }) => (caching ? (caching.oneHour ? '1h' : '5m') : '-'))],
  ['images', ({ images }) => count(images)],
  ['docs', ({ documents }) => count(documents)],
  ['video', ({ video }) => count(video)],
  ['audio', ({ audio }) => count(audio)],
  ['s3', ({ s3Sources }) => yes(s3Sources)],
  ['sampling', ({ sampling }) => ({ all: 'all', temperatureOrTopP: 'one of two', none: '-' })[sampling]],
  ['stops', ({ maxStopSequences }) => count(maxStopSequences)],
  ['prefill', ({ prefill }) => yes(prefill)],
  ['reasoning', ({ reasoning }) => reasoning ?? '-'],
  ['max output', ({ maxOutputTokens }) => count(maxOutputTokens)],
  ['also', others],
]

/** What holds for the models of a family, side by side where they differ. */
function ofAll(family: string, say: (features: ModelFeatures) => string): string {
  const isOne = (id: string): boolean => modelFamilies.find(({ prefix }) => id.startsWith(prefix))?.prefix === family
  return [...new Set([family, ...featurePrefixes.filter(isOne)].map(id => say(featuresOf(id))))].join(' ')
}

function others(capabilities: FamilyCapabilities): string {
  const { multiTurn, leadingAssistant, lonelyTools, toolResultStatus, toolIds, resultImages } = capabilities
  const notes: readonly (readonly [boolean, string])[] = [
    [!multiTurn, 'one turn'],
    [leadingAssistant, 'assistant first'],
    [lonelyTools, 'calls and results alone'],
    [!toolResultStatus, 'no result status'],
    [resultImages, 'images in results'],
    [toolIds === 'nineAlphanumerics', 'ids of nine'],
  ]
  return notes.flatMap(([holds, note]) => (holds ? [note] : [])).join(', ')
}

/**
 * What each family of models takes, as lines of a table. Rows are those whose prefix or name holds every one of the words.
 * `whole` under tools: a streamed request with tools is answered whole. `json`: how an answer is held to a schema. `caches`: how long
 * a marked prompt may be kept. `stops`: stop sequences.
 */
export function capabilityTable(families: readonly Family[], words: readonly string[] = []): string[] {
  const wanted = words.map(word => word.toLowerCase())
  const rows = families
    .filter(({ prefix, capabilities }) => {
      const name = `${prefix} ${capabilities.family}`.toLowerCase()
      return wanted.every(word => name.includes(word))
    })
    .map(({ prefix, capabilities }) => [`${prefix}*`, ...columns.map(([, cell]) => cell(capabilities, prefix))])
  const table = [['model ids', ...columns.map(([title]) => title)], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0))) ?? []
  return table.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
