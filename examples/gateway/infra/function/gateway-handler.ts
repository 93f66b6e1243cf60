import { openDeployedHandler } from './open-deployed-handler.ts'

/** The function behind the API: everything that the app serves. */
export const handler = await openDeployedHandler(process.env, line => void process.stderr.write(`${line}\n`))
