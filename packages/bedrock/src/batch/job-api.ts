import { GatewayError } from '@modelgate/core'
import { toJobError } from './aws-failure.ts'
import type { LazyClients } from './batch-clients.ts'
import type { Job } from './job-status.ts'
import { tailOf } from './places.ts'

/** A job as it is asked for. */
interface NewJob {
  readonly batchId: string
  readonly model: string
  readonly invocationType: 'Converse' | 'InvokeModel'
  readonly roleArn: string
  /** `s3://` addresses: of the records, and of a folder for what comes of them. */
  readonly inputUri: string
  readonly outputUri: string
}

/** The longest that a batch may take. Bedrock takes 24 at least. */
const windowHours = 24

/** Bedrock's API of batch jobs. @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html */
export class JobApi {
  readonly #clients: LazyClients

  constructor(clients: LazyClients) {
    this.#clients = clients
  }

  /**
   * The ARN of the job, which for one batch is one job however often it is created.
   * @throws {GatewayError} `upstream_unavailable` where there is a job by the batch's name: it is the batch's own, asked for otherwise.
   */
  async create({ batchId, model, invocationType, roleArn, inputUri, outputUri }: NewJob): Promise<string> {
    const { bedrock, bedrockCommands } = await this.#clients.get()
    const name = `modelgate-${tailOf(batchId)}`
    const command = new bedrockCommands.CreateModelInvocationJobCommand({
      jobName: name,
      clientRequestToken: name,
      roleArn,
      modelId: model,
      modelInvocationType: invocationType,
      inputDataConfig: { s3InputDataConfig: { s3Uri: inputUri, s3InputFormat: 'JSONL' } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: outputUri } },
      timeoutDurationInHours: windowHours,
    })
    try {
      return (await bedrock.send(command)).jobArn ?? ''
    } catch (error) {
      if ((error as Error).name === 'ConflictException') throw otherwiseAsked(name, error)
      throw toJobError(error, 'bedrock:CreateModelInvocationJob')
    }
  }

  async get(jobArn: string): Promise<Job> {
    const { bedrock, bedrockCommands } = await this.#clients.get()
    try {
      return await bedrock.send(new bedrockCommands.GetModelInvocationJobCommand({ jobIdentifier: jobArn }))
    } catch (error) {
      throw toJobError(error, 'bedrock:GetModelInvocationJob')
    }
  }

  /** Does nothing for a job that has ended. */
  async stop(jobArn: string): Promise<void> {
    const { bedrock, bedrockCommands } = await this.#clients.get()
    try {
      await bedrock.send(new bedrockCommands.StopModelInvocationJobCommand({ jobIdentifier: jobArn }))
    } catch (error) {
      if ((error as Error).name !== 'ConflictException') throw toJobError(error, 'bedrock:StopModelInvocationJob')
    }
  }
}

/** No refusal: the job may run, and what it costs is not to be given back. */
function otherwiseAsked(name: string, cause: unknown): GatewayError {
  const message = `Bedrock has a job '${name}' already, asked for in another way; has \`roleArn\` or the bucket been changed since?`
  return new GatewayError('upstream_unavailable', message, { cause })
}
