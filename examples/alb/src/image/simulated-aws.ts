import { type Simulator, startSimulator } from '@modelgate/simulator'
import { type LocalSecrets, startLocalSecrets } from './local-secrets.ts'

/** As much of AWS as the gateway asks, on this machine: Bedrock, and Secrets Manager with the secret of one API key. */
export interface SimulatedAws extends AsyncDisposable {
  readonly simulator: Simulator
  readonly secrets: LocalSecrets
  /** What leads the AWS SDK there, with credentials. */
  readonly variables: Readonly<Record<string, string>>
}

/** @param frameDelayMs pause after each frame of a stream; default 0 */
export async function startSimulatedAws(apiKey: string, frameDelayMs?: number): Promise<SimulatedAws> {
  const simulator = await startSimulator({ frameDelayMs })
  const secrets = await startLocalSecrets(JSON.stringify({ api_key: apiKey }))
  return {
    simulator,
    secrets,
    variables: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: simulator.credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: simulator.credential.secretAccessKey,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
      AWS_ENDPOINT_URL_BEDROCK: simulator.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    },
    async [Symbol.asyncDispose]() {
      await simulator.close()
      await secrets[Symbol.asyncDispose]()
    },
  }
}
