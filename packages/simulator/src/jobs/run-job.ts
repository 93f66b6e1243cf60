import { converse } from '../bedrock/converse.ts'
import { invoke } from '../bedrock/invoke.ts'
import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, parseJson, pick, stringOf } from '../json.ts'
import type { Script } from '../script.ts'
import type { Visit } from '../world.ts'
import type { Job } from './job-book.ts'

/** What stands in a record's prompt for it to fail: `#error:429`. */
const FAILS = /#error:(\d{3})/

/**
 * Runs the first `most` of a job's records and writes what came of them, in another order than they had, as Bedrock promises none.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
 */
export function runJob(visit: Visit, job: Job, most: number): void {
  const { objects } = visit.world
  const records = recordsOf(objects.get(job.input)?.bytes)
  const results = records.slice(0, most).map(record => resultOf(visit, job, record))
  const failed = results.filter(result => 'error' in result).length
  const tokens = (kind: string) =>
    results.reduce((sum, { modelOutput }) => sum + (numberOf(pick(modelOutput, 'usage', kind)) ?? 0), 0)
  job.counts = {
    totalRecordCount: records.length,
    processedRecordCount: results.length,
    successRecordCount: results.length - failed,
    errorRecordCount: failed,
  }
  const folder = `${job.output}${job.id}/`
  const lines = results.toReversed().map(result => `${JSON.stringify(result)}\n`)
  const name = job.input.slice(job.input.lastIndexOf('/') + 1)
  const manifest = { ...job.counts, inputTokenCount: tokens('inputTokens'), outputTokenCount: tokens('outputTokens') }
  objects.put(`${folder}${name}.out`, Buffer.from(lines.join('')), 'application/jsonl')
  objects.put(`${folder}manifest.json.out`, Buffer.from(JSON.stringify(manifest)), 'application/json')
}

/** The records of a file, one a line. */
export function recordsOf(bytes: Buffer | undefined): readonly JsonObject[] {
  return (bytes?.toString('utf8') ?? '')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => objectOf(parseJson(line)))
}

function resultOf(visit: Visit, job: Job, { recordId, modelInput }: JsonObject): JsonObject {
  const asked = FAILS.exec(JSON.stringify(lastMessageOf(modelInput)))?.[1]
  if (asked !== undefined)
    return { recordId, modelInput, error: { errorCode: Number(asked), errorMessage: 'The model failed as asked.' } }
  const run = job.invocationType === 'Converse' ? converse : invoke
  const script = run({ ...visit, model: job.modelId, body: modelInput })
  const answer = bodyOf(script)
  if (script.status === 200) return { recordId, modelInput, modelOutput: answer }
  const errorMessage = stringOf(pick(answer, 'message')) ?? 'Failed.'
  return { recordId, modelInput, error: { errorCode: script.status, errorMessage } }
}

function lastMessageOf(modelInput: unknown): unknown {
  return arrayOf(pick(modelInput, 'messages')).at(-1) ?? modelInput ?? {}
}

function bodyOf({ steps }: Script): JsonObject {
  const bytes = steps.flatMap(step => (step.kind === 'frame' ? [step.bytes] : []))
  const value = parseJson(Buffer.concat(bytes).toString('utf8'))
  return isJsonObject(value) ? value : {}
}
