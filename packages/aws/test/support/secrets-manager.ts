import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** A stand-in for Secrets Manager that speaks its JSON protocol: one secret, as its versions stand. */
export interface TestSecretsManager extends AsyncDisposable {
  readonly endpoint: string
  /** Text by version stage; a stage that is absent is not found. */
  versions: Readonly<Record<string, string>>
  /** Answers every request with this error of AWS's, or hangs. */
  fault: 'InternalServiceError' | 'AccessDeniedException' | 'hang' | undefined
  readonly requests: readonly unknown[]
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function openTestSecretsManager(versions: Readonly<Record<string, string>>): Promise<TestSecretsManager> {
  const requests: unknown[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { SecretId: string; VersionStage: string }
    requests.push(body)
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value))
    }
    const { fault } = manager
    if (fault === 'hang') return
    if (fault) return answer(fault === 'InternalServiceError' ? 500 : 400, { __type: fault, message: 'No.' })
    if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return answer(400, { __type: 'Unknown' })
    const SecretString = manager.versions[body.VersionStage]
    if (SecretString === undefined) {
      const message = "Secrets Manager can't find the specified secret value for staging label."
      return answer(400, { __type: 'ResourceNotFoundException', message })
    }
    answer(200, { Name: body.SecretId, SecretString, VersionStages: [body.VersionStage] })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const manager: TestSecretsManager = {
    endpoint: `http://127.0.0.1:${port}`,
    versions,
    fault: undefined,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return manager
}
