import { type JsonObject, objectOf, parseJson, stringOf } from '../json.ts'
import { randomName } from '../random.ts'
import type { Script } from '../script.ts'
import type { Visit } from '../world.ts'
import { chat } from './chat.ts'
import { failed, keepFile, listed, memberOf, ok } from './files.ts'
import type { OpenaiBatch } from './openai-batch.ts'

const NEXT: Readonly<Record<string, string>> = {
  validating: 'in_progress',
  in_progress: 'finalizing',
  cancelling: 'cancelled',
}

/** Handles `POST /v1/batches`. */
export function createBatch(visit: Visit): Script {
  const { world } = visit
  const { input_file_id: inputFileId, metadata = null } = objectOf(visit.body)
  const file = world.openaiFiles.get(stringOf(inputFileId) ?? '')
  if (!file)
    return failed(visit, { status: 400, message: `Invalid 'input_file_id': ${String(inputFileId)}`, code: null })
  const batch: OpenaiBatch = {
    id: `batch_${randomName(world.random, 24)}`,
    inputFileId: file.id,
    metadata,
    createdAt: Math.floor(world.gate.now().getTime() / 1000),
    status: 'validating',
    total: linesOf(file.bytes).length,
    outputFileId: undefined,
    errorFileId: undefined,
    failedCount: 0,
  }
  world.openaiBatches.set(batch.id, batch)
  return ok(visit, view(batch))
}

/** Handles `GET /v1/batches/{id}`, and moves the batch on by a state, as a look at a job of Bedrock's does. */
export function retrieveBatch(visit: Visit): Script {
  const batch = visit.world.openaiBatches.get(visit.model)
  if (!batch) return failed(visit, { status: 404, message: `No batch found with id '${visit.model}'.`, code: null })
  const before = view(batch)
  if (batch.status === 'finalizing') run(visit, batch)
  const isHeld = batch.status === 'in_progress' && visit.world.jobs.plan.holdAt === 'InProgress'
  if (!isHeld) batch.status = NEXT[batch.status] ?? batch.status
  return ok(visit, before)
}

/** Handles `POST /v1/batches/{id}/cancel`. */
export function cancelBatch(visit: Visit): Script {
  const batch = visit.world.openaiBatches.get(visit.model)
  if (!batch) return failed(visit, { status: 404, message: `No batch found with id '${visit.model}'.`, code: null })
  if (NEXT[batch.status] === undefined)
    return failed(visit, { status: 409, message: `Cannot cancel a batch with status '${batch.status}'.`, code: null })
  batch.status = 'cancelling'
  return ok(visit, view(batch))
}

/** Handles `GET /v1/batches`, newest first. */
export function listBatches(visit: Visit): Script {
  return listed(visit, [...visit.world.openaiBatches.values()].toReversed().map(view))
}

function run(visit: Visit, batch: OpenaiBatch): void {
  const results = linesOf(visit.world.openaiFiles.get(batch.inputFileId)?.bytes).map(line => resultOf(visit, line))
  const keep = (kind: string, isKind: (status: unknown) => boolean): string | undefined => {
    const lines = results.filter(result => isKind(memberOf(result, 'response', 'status_code')))
    if (lines.length === 0) return undefined
    const bytes = Buffer.from(lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    return keepFile(visit, { filename: `${batch.id}_${kind}.jsonl`, purpose: 'batch_output', bytes }).id
  }
  batch.outputFileId = keep('output', status => status === 200)
  batch.errorFileId = keep('error', status => status !== 200)
  batch.failedCount = results.filter(result => memberOf(result, 'response', 'status_code') !== 200).length
  batch.status = 'completed'
}

function resultOf(visit: Visit, line: JsonObject): JsonObject {
  const body = objectOf(line.body)
  const script = chat({ ...visit, model: stringOf(body.model) ?? '', body })
  const bytes = script.steps.flatMap(step => (step.kind === 'frame' ? [step.bytes] : []))
  const answer = parseJson(Buffer.concat(bytes).toString('utf8'))
  const response = { status_code: script.status, request_id: `req_${randomName(visit.world.random, 20)}`, body: answer }
  return { id: `batch_req_${randomName(visit.world.random, 20)}`, custom_id: line.custom_id, response, error: null }
}

function linesOf(bytes: Buffer | undefined): readonly JsonObject[] {
  const lines = (bytes?.toString('utf8') ?? '').split('\n').filter(line => line.trim() !== '')
  return lines.map(line => objectOf(parseJson(line)))
}

function view(batch: OpenaiBatch) {
  const { id, inputFileId, metadata, createdAt, status, total, outputFileId, errorFileId, failedCount } = batch
  return {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    errors: null,
    input_file_id: inputFileId,
    completion_window: '24h',
    status,
    output_file_id: outputFileId ?? null,
    error_file_id: errorFileId ?? null,
    created_at: createdAt,
    request_counts: { total, completed: status === 'completed' ? total - failedCount : 0, failed: failedCount },
    metadata,
  }
}
