import { openHandler } from './open-handler.ts'

/** The function behind the API: everything that the app serves. */
export const handler = await openHandler(process.env, line => void process.stderr.write(`${line}\n`))
