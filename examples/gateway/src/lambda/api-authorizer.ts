import { openAuthorizer } from './open-authorizer.ts'

/** The function that API Gateway asks who calls. */
export const handler = await openAuthorizer(process.env, line => void process.stderr.write(`${line}\n`))
