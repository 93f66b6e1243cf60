import type { LambdaStreamHandler } from '@modelgate/aws/lambda'
import { openHandler } from '../../src/lambda/open-handler.ts'
import { catalogueSource } from './catalogue-source.ts'

/** The app's handler, with the catalogue in the table `CATALOG_TABLE`. */
export function openDeployedHandler(
  environment: Readonly<Record<string, string | undefined>>,
  tell: (line: string) => void,
): Promise<LambdaStreamHandler> {
  const { CATALOG_TABLE: table } = environment
  return openHandler(environment, tell, table ? () => catalogueSource(table) : undefined)
}
