import {
  BedrockClient,
  CreateModelInvocationJobCommand,
  type CreateModelInvocationJobCommandInput,
  GetModelInvocationJobCommand,
  ListModelInvocationJobsCommand,
  StopModelInvocationJobCommand,
} from '@aws-sdk/client-bedrock'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'

const model = 'us.amazon.nova-lite-v1:0'
let simulator: Simulator
let bedrock: BedrockClient
let s3: S3Client
beforeAll(async () => {
  simulator = await startSimulator()
  const settings = { endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential, maxAttempts: 1 }
  bedrock = new BedrockClient(settings)
  s3 = new S3Client({ ...settings, forcePathStyle: true })
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  bedrock.destroy()
  s3.destroy()
  await simulator.close()
})

const converseBody = (text: string) => ({ messages: [{ role: 'user', content: [{ text }] }] })

async function putRecords(texts: readonly string[]): Promise<void> {
  const lines = texts.map((text, index) => JSON.stringify({ recordId: `r${index}`, modelInput: converseBody(text) }))
  await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'in/records.jsonl', Body: lines.join('\n') }))
}

async function create(changes: Partial<CreateModelInvocationJobCommandInput> = {}): Promise<string> {
  const { jobArn } = await bedrock.send(
    new CreateModelInvocationJobCommand({
      jobName: 'job-1',
      roleArn: 'arn:aws:iam::123456789012:role/batch',
      modelId: model,
      modelInvocationType: 'Converse',
      inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://b/in/records.jsonl', s3InputFormat: 'JSONL' } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://b/out/' } },
      ...changes,
    }),
  )
  return jobArn!
}

async function look(jobIdentifier: string) {
  return bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }))
}

async function statesOf(jobArn: string, looks: number): Promise<readonly (string | undefined)[]> {
  const states = []
  for (let count = 0; count < looks; count += 1) states.push((await look(jobArn)).status)
  return states
}

async function results(jobArn: string) {
  const folder = `out/${jobArn.split('/')[1]}`
  const text = async (Key: string) =>
    (await s3.send(new GetObjectCommand({ Bucket: 'b', Key }))).Body!.transformToString()
  const lines = (await text(`${folder}/records.jsonl.out`)).trim().split('\n')
  return {
    records: lines.map(line => JSON.parse(line)),
    manifest: JSON.parse(await text(`${folder}/manifest.json.out`)),
  }
}

const hundred = Array.from({ length: 100 }, (_, index) => `Say exactly: answer ${index}`)

describe('batch jobs, as the AWS SDK calls them', () => {
  it('go through all states, and end with a result for each record, in no order', async () => {
    await putRecords([...hundred, 'Fail, please. #error:429'])
    const arn = await create()
    const states = ['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Completed', 'Completed']
    expect(await statesOf(arn, 6)).toEqual(states)
    const { records, manifest } = await results(arn)
    expect(records.map(({ recordId }) => recordId).slice(0, 2)).toEqual(['r100', 'r99'])
    expect(records[0]).toMatchObject({ error: { errorCode: 429 } })
    expect(records[1].modelOutput.output.message.content).toEqual([{ text: 'answer 99' }])
    expect(records[1].modelInput).toEqual(converseBody('Say exactly: answer 99'))
    expect(manifest).toMatchObject({ totalRecordCount: 101, successRecordCount: 100, errorRecordCount: 1 })
    expect(manifest.inputTokenCount).toBeGreaterThan(100)
  })

  it('fail below the minimum of records, and by the rules of the model for a record alone', async () => {
    await putRecords(['one'])
    const arn = await create()
    await look(arn)
    expect(await look(arn)).toMatchObject({
      status: 'Failed',
      message: expect.stringMatching(/required minimum of: 100/),
    })
    simulator.setJobs({ minimumRecords: 1 })
    await putRecords(['good', ''])
    const second = await create({ jobName: 'job-2' })
    await statesOf(second, 5)
    const { records } = await results(second)
    expect(records[0]).toMatchObject({ recordId: 'r1', error: { errorCode: 400 } })
  })

  it('are one for one client token, and are listed newest first', async () => {
    await putRecords(hundred)
    const first = await create({ clientRequestToken: 'token-1' })
    expect(await create({ clientRequestToken: 'token-1' })).toBe(first)
    const other = await create({ jobName: 'other' })
    const { invocationJobSummaries: jobs } = await bedrock.send(new ListModelInvocationJobsCommand({ maxResults: 10 }))
    expect(jobs?.map(({ jobArn }) => jobArn)).toEqual([other, first])
  })

  it.each([
    ['PartiallyCompleted', 7],
    ['Expired', 0],
  ] as const)('end %s with what was processed by then', async (ends, processed) => {
    simulator.setJobs({ ends, processed })
    await putRecords(hundred)
    const arn = await create()
    await statesOf(arn, 4)
    expect(await look(arn)).toMatchObject({ status: ends, totalRecordCount: 100, processedRecordCount: processed })
  })

  it('are held where a plan says, and stopped', async () => {
    simulator.setJobs({ holdAt: 'InProgress', processed: 3 })
    await putRecords(hundred)
    const arn = await create()
    expect((await statesOf(arn, 8)).at(-1)).toBe('InProgress')
    await bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier: arn }))
    expect(await statesOf(arn, 2)).toEqual(['Stopping', 'Stopped'])
    expect((await results(arn)).records).toHaveLength(3)
    const again = bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier: arn }))
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' })
  })

  it.each([
    [{ roleArn: 'nobody' }, /roleArn/],
    [{ jobName: 'a b' }, /jobName/],
    [{ modelId: 'no.model-v1:0' }, /model identifier is invalid/],
    [{ timeoutDurationInHours: 12 }, /timeoutDurationInHours/],
    [{ outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://b/out' } } }, /output URI/],
    [{ inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://b/none' } } }, /input URI/],
  ])('are refused with %j', async (changes, words) => {
    await putRecords(hundred)
    await expect(create(changes)).rejects.toThrow(words)
  })

  it('take the bodies of InvokeModel, and are not found under another ARN', async () => {
    simulator.setJobs({ minimumRecords: 1 })
    const modelInput = { schemaVersion: 'messages-v1', ...converseBody('Say exactly: native') }
    const Body = JSON.stringify({ recordId: 'r0', modelInput })
    await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'in/records.jsonl', Body }))
    const arn = await create({ modelInvocationType: 'InvokeModel' })
    await statesOf(arn, 5)
    expect(JSON.stringify((await results(arn)).records[0].modelOutput)).toContain('native')
    await expect(look(arn.replace(/.{3}$/, 'xyz'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})
