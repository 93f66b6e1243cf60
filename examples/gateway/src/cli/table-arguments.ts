import { parseArgs } from 'node:util'
import { argumentFault } from './argument-fault.ts'

/** What `pnpm tables` was asked for. */
type TableCommand =
  | { readonly name: 'help' }
  | { readonly name: 'fault'; readonly message: string }
  | {
      readonly name: 'create'
      readonly prefix: string
      readonly region: string | undefined
      readonly endpoint: string | undefined
    }

export const tablesHelp = `DynamoDB tables of the gateway.

  npx -y pnpm@12 tables create [options]   makes those that are not there; one that is there is looked over and left as it is

Options:
  --prefix <name>    stands before each table's name; default: ai-gateway-dev, or with ENVIRONMENT
  --region <name>    default: what the AWS SDK finds
  --endpoint <url>   where DynamoDB is, if it is not at AWS`

const text = { type: 'string' } as const
const options = { prefix: text, region: text, endpoint: text, help: { type: 'boolean', short: 'h' } } as const

/** Reads the arguments; one that makes no sense becomes a `fault`. `environment` stands in the default prefix. */
export function parseTableArguments(args: readonly string[], environment = 'dev'): TableCommand {
  const fault = (message: string): TableCommand => ({ name: 'fault', message })
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [command, ...rest] = positionals
    if (values.help || command === undefined || command === 'help') return { name: 'help' }
    if (command !== 'create') return fault(`'${command}' is no command; use create.`)
    if (rest.length > 0) return fault(`create takes options only, got '${rest[0]}'.`)
    const { prefix = `ai-gateway-${environment}`, region, endpoint } = values
    if (!/^[\w.-]{1,200}$/.test(prefix)) return fault('--prefix: may hold letters, digits, _, - and . only.')
    if (endpoint !== undefined && !URL.canParse(endpoint)) return fault(`--endpoint: '${endpoint}' is no URL.`)
    return { name: 'create', prefix, region, endpoint }
  } catch (error) {
    return fault(argumentFault(error, Object.keys(options)))
  }
}
