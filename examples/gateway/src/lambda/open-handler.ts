import { authorizedCaller, type LambdaStreamHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import type { Environment } from '../environment.ts'
import { createAppDoor } from '../server/app-door.ts'
import { type OpenAppOptions, openApp } from '../start-app.ts'
import { lambdaDoor } from './lambda-door.ts'
import { orTellFaults } from './or-tell-faults.ts'

/**
 * The app as a Lambda handler that streams, always live. With `REST_API_ID` what the authorizer of that API said of a caller stands in while
 * the store of keys is down; without it, as behind a function URL, callers are known by their keys alone.
 * @param tell told, one line at a time, what goes wrong
 * @param source where facts for prompts come from, unless an MCP server is configured
 * @throws {ConfigurationError} with every fault, each of which was told.
 */
export async function openHandler(
  environment: Environment,
  tell: (line: string) => void,
  source?: OpenAppOptions['source'],
): Promise<LambdaStreamHandler> {
  // Not the simulator, whatever the environment lacks: its demo key is known to everybody.
  const opening = openApp(environment, tell, { code: { upstream: 'live' }, source })
  const { parts, auth, fleet } = await orTellFaults(opening, tell)
  const door = lambdaDoor(createAppDoor(parts), fleet)
  const apiId = environment.REST_API_ID
  return toLambdaStreamHandler({ door }, { principal: apiId ? authorizedCaller({ apiId, auth }) : undefined })
}
