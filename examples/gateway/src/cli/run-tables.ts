import { createTables, gatewayTables, type TableReport } from '@modelgate/aws/dynamodb'
import type { Environment } from '../environment.ts'
import { parseTableArguments, tablesHelp } from './table-arguments.ts'
import { whatFailed } from './what-failed.ts'

interface TablesTerminal {
  readonly print: (line: string) => void
  readonly tell: (line: string) => void
  readonly environment?: Environment | undefined
}

/** Carries out `pnpm tables`, and says its exit code: 0, 1 where a table is not as it should be, 2 for a faulty command line. */
export async function runTables(
  args: readonly string[],
  { print, tell, environment = {} }: TablesTerminal,
): Promise<number> {
  const command = parseTableArguments(args, environment.ENVIRONMENT || 'dev')
  if (command.name === 'fault') {
    tell(command.message)
    return 2
  }
  if (command.name === 'help') {
    print(tablesHelp)
    return 0
  }
  const { prefix, region, endpoint } = command
  try {
    const reports = await createTables({ region, endpoint, tables: Object.values(gatewayTables(prefix)) })
    for (const report of reports) print(`${report.tableName}: ${said(report)}`)
    return reports.some(({ faults }) => faults.length > 0) ? 1 : 0
  } catch (error) {
    tell(whatFailed(error))
    return 1
  }
}

function said({ created, faults, ttl }: TableReport): string {
  if (faults.length > 0) return `is there, but ${faults.join('; ')}. Nothing was changed.`
  const expiry = ttl === 'unsupported' ? '; items do not expire, since this endpoint knows no TTL' : ''
  return `${created ? 'created' : 'is there'}${expiry}.`
}
