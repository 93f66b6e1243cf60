import { parseArgs } from 'node:util'
import { argumentFault } from './argument-fault.ts'

/** What `pnpm drill` was asked for. */
type DrillCommand =
  | { readonly name: 'help' }
  | { readonly name: 'fault'; readonly message: string }
  | {
      readonly name: 'drill'
      /** None named: all. */
      readonly stories: readonly string[]
      readonly routes: readonly string[]
      readonly json: boolean
    }

const names = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const
const options = { story: names, route: names, json: flag, help: { ...flag, short: 'h' } } as const

/** Reads the arguments; one that makes no sense becomes a `fault`. */
export function parseDrillArguments(args: readonly string[]): DrillCommand {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    if (values.help) return { name: 'help' }
    if (positionals.length > 0) return { name: 'fault', message: `drill takes options only, got '${positionals[0]}'.` }
    return { name: 'drill', stories: values.story ?? [], routes: values.route ?? [], json: values.json === true }
  } catch (error) {
    return { name: 'fault', message: argumentFault(error, Object.keys(options)) }
  }
}

/** What `pnpm drill --help` says. */
export function drillHelp(stories: readonly { readonly id: string; readonly title: string }[]): string {
  const width = Math.max(...stories.map(({ id }) => id.length))
  const list = stories.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`)
  return `Plays failures against the gateway as it is configured, and shows what its clients would see.

  npx -y pnpm@12 drill                     every story for every route of MODELGATE_CONFIG, or of the demo where it is not set
  npx -y pnpm@12 drill --route fast        one route; may be given several times
  npx -y pnpm@12 drill --story first-500   one story; may be given several times
  npx -y pnpm@12 drill --json              the rows as JSON on standard output

A simulator takes the place of every provider: nothing real is called, nothing costs anything, no key of yours is sent.
Exit codes: 0 where every promise was kept, 1 where a row is not ok, 2 for a faulty configuration or command line.

Stories:
${list.join('\n')}`
}
