import { parseAuthorization } from '../auth/sigv4.ts'
import { REGION } from '../bedrock/inference-profiles.ts'
import { resolveModel } from '../bedrock/resolve-model.ts'
import { type JsonObject, objectOf, pick, sortedJson, stringOf } from '../json.ts'
import { randomName, randomUuid } from '../random.ts'
import { type Script, wholeScript } from '../script.ts'
import type { Visit } from '../world.ts'
import { advanceJob } from './advance-job.ts'
import type { Job } from './job-book.ts'

const NAME = /^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+\-.]){0,63}$/
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/
const TOKEN = /^[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}$/
const ENDED: ReadonlySet<string> = new Set(['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired'])

/** Handles CreateModelInvocationJob. The same client token gives the same job. */
export function createJob(visit: Visit): Script {
  const request = objectOf(visit.body)
  const token = stringOf(request.clientRequestToken)
  const { jobs, byToken } = visit.world.jobs
  const known = token === undefined ? undefined : byToken.get(token)
  if (known) return ok(visit, { jobArn: known.arn })
  const fault = faultOf(visit, request)
  if (fault !== undefined) return visit.world.bedrock.failure({ status: 400, message: fault })
  const job = jobOf(visit, request)
  jobs.set(job.arn, job)
  if (token !== undefined) byToken.set(token, job)
  return ok(visit, { jobArn: job.arn })
}

/** Handles GetModelInvocationJob, and moves the job on. */
export function getJob(visit: Visit): Script {
  const job = jobIn(visit)
  if (!job) return notFound(visit)
  const before = view(job)
  advanceJob(visit, job)
  return ok(visit, before)
}

/** Handles StopModelInvocationJob. */
export function stopJob(visit: Visit): Script {
  const job = jobIn(visit)
  if (!job) return notFound(visit)
  if (ENDED.has(job.status))
    return visit.world.bedrock.failure({
      status: 400,
      type: 'ConflictException',
      message: `The job is in the state ${job.status} and cannot be stopped.`,
    })
  job.status = 'Stopping'
  return ok(visit, {})
}

/** Handles ListModelInvocationJobs, newest first. */
export function listJobs(visit: Visit): Script {
  const { query, world } = visit
  const size = Number(query.get('maxResults') ?? 100)
  const start = Number(query.get('nextToken') ?? 0)
  const status = query.get('statusEquals')
  const name = query.get('nameContains') ?? ''
  const found = [...world.jobs.jobs.values()]
    .toReversed()
    .filter(job => (status === null || job.status === status) && job.name.includes(name))
  const end = start + size
  return ok(visit, {
    invocationJobSummaries: found.slice(start, end).map(view),
    ...(end < found.length ? { nextToken: String(end) } : {}),
  })
}

function faultOf({ world }: Visit, request: JsonObject): string | undefined {
  const { jobName, roleArn, modelId, timeoutDurationInHours: hours, clientRequestToken: token } = request
  const invocationType = request.modelInvocationType ?? 'InvokeModel'
  const input = nameOf(pick(request, 'inputDataConfig', 's3InputDataConfig', 's3Uri'))
  const output = nameOf(pick(request, 'outputDataConfig', 's3OutputDataConfig', 's3Uri'))
  if (typeof jobName !== 'string' || jobName.length > 63 || !NAME.test(jobName)) return invalid('jobName', jobName)
  if (typeof roleArn !== 'string' || !ROLE.test(roleArn)) return invalid('roleArn', roleArn)
  if (token !== undefined && (typeof token !== 'string' || !TOKEN.test(token)))
    return invalid('clientRequestToken', token)
  if (typeof modelId !== 'string' || !resolveModel(modelId)) return 'The provided model identifier is invalid.'
  if (invocationType !== 'InvokeModel' && invocationType !== 'Converse')
    return invalid('modelInvocationType', invocationType)
  if (hours !== undefined && !(Number(hours) >= 24 && Number(hours) <= 168))
    return invalid('timeoutDurationInHours', hours)
  if (input === undefined || !world.objects.get(input))
    return 'The provided S3 input URI does not exist or is not readable.'
  return output?.endsWith('/') ? undefined : 'The provided S3 output URI is invalid; it must be a folder.'
}

function invalid(name: string, value: unknown): string {
  return `1 validation error detected: Value at '${name}' failed to satisfy constraint: ${JSON.stringify(value) ?? 'null'}`
}

function jobOf(visit: Visit, request: JsonObject): Job {
  const { world, arrival } = visit
  const region = parseAuthorization(arrival.headers.authorization ?? '')?.region ?? REGION
  const id = randomName(world.random, 12).toLowerCase()
  const now = world.gate.now()
  return {
    id,
    arn: `arn:aws:bedrock:${region}:123456789012:model-invocation-job/${id}`,
    name: String(request.jobName),
    modelId: String(request.modelId),
    invocationType: request.modelInvocationType === 'Converse' ? 'Converse' : 'InvokeModel',
    input: nameOf(pick(request, 'inputDataConfig', 's3InputDataConfig', 's3Uri')) ?? '',
    output: nameOf(pick(request, 'outputDataConfig', 's3OutputDataConfig', 's3Uri')) ?? '',
    request,
    submitted: now,
    changed: now,
    status: 'Submitted',
    message: undefined,
    counts: { totalRecordCount: 0, processedRecordCount: 0, successRecordCount: 0, errorRecordCount: 0 },
  }
}

function nameOf(uri: unknown): string | undefined {
  return /^s3:\/\/([^/]+\/.+)$/.exec(stringOf(uri) ?? '')?.[1]
}

function view({ arn, name, modelId, status, message, submitted, changed, request, counts }: Job): JsonObject {
  const { roleArn, inputDataConfig, outputDataConfig, modelInvocationType, timeoutDurationInHours } = request
  return {
    jobArn: arn,
    jobName: name,
    modelId,
    status,
    ...(message === undefined ? {} : { message }),
    submitTime: submitted.toISOString(),
    lastModifiedTime: changed.toISOString(),
    ...(ENDED.has(status) ? { endTime: changed.toISOString() } : {}),
    jobExpirationTime: new Date(submitted.getTime() + 24 * 3_600_000).toISOString(),
    roleArn,
    inputDataConfig,
    outputDataConfig,
    modelInvocationType,
    timeoutDurationInHours,
    ...counts,
  }
}

/** By ARN or by the id at its end. */
function jobIn({ world, model }: Visit): Job | undefined {
  const { jobs } = world.jobs
  return jobs.get(model) ?? [...jobs.values()].find(({ id }) => id === model)
}

function ok({ world }: Visit, body: JsonObject): Script {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUuid(world.random) }
  return wholeScript(world.bedrock, { status: 200, headers, text: sortedJson(body) })
}

function notFound({ world }: Visit): Script {
  return world.bedrock.failure({ status: 404, message: 'The specified job was not found.' })
}
