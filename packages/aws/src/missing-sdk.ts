import { GatewayError } from '@modelgate/core'

/** Why a client of the AWS SDK is not there, and what to install: its packages are optional. */
export function missingSdk(needing: string, packageName: string, cause: unknown): GatewayError {
  const message = `${needing} needs the AWS SDK, which could not be loaded; run \`npm install ${packageName}\`.`
  return new GatewayError('invalid_configuration', message, { cause })
}
