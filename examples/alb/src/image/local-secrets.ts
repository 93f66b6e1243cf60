import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As much of Secrets Manager as a gateway asks of it, on this machine, with one secret. */
export interface LocalSecrets extends AsyncDisposable {
  readonly url: string
  readonly arn: string
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function startLocalSecrets(secretString: string): Promise<LocalSecrets> {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:proxy-api-key-a1b2c3'
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const asked = JSON.parse(body) as { SecretId: string; VersionStage?: string }
      const isThere = asked.SecretId === arn && asked.VersionStage !== 'AWSPREVIOUS'
      response.writeHead(isThere ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      const value = { ARN: arn, Name: 'proxy-api-key', VersionId: 'v1', SecretString: secretString }
      response.end(JSON.stringify(isThere ? value : { __type: 'ResourceNotFoundException', Message: 'There is none.' }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arn,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
