import { ConfigurationError } from './configuration-error.ts'
import { ListenError } from './server/listen.ts'
import { type App, startApp } from './start-app.ts'

/** Standard output is for machines: the listening line, and the request log where it goes there. */
const tell = (line: string): void => void process.stderr.write(`${line}\n`)

// A reader of the log that goes away must not take the gateway with it; the log counts what was lost.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const [argument] = process.argv.slice(2)

try {
  if (argument !== undefined) refuseArgument(argument)
  const app = await startApp(process.env, tell)
  const { url, mode, simulator, metrics } = app
  // Before anybody is told that it serves: a signal that came sooner would end it without its last records.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => shutDown(app))
  process.stdout.write(`${JSON.stringify({ msg: 'listening', url, mode, simulator, metrics })}\n`)
  process.stderr.write(app.notice)
} catch (error) {
  if (error instanceof ConfigurationError) {
    for (const fault of error.faults) tell(fault)
    process.exitCode = 2
  } else {
    tell(error instanceof ListenError ? error.message : error instanceof Error ? (error.stack ?? '') : String(error))
    process.exitCode = 1
  }
}

/** A misplaced option would else be passed over, and the gateway serve without it. */
function refuseArgument(argument: string): void {
  const where =
    'options come from environment variables and the file that MODELGATE_CONFIG names, see docs/configuration.md.'
  if (argument !== '--help' && argument !== '-h')
    throw new ConfigurationError([`${argument}: no arguments are taken; ${where}`])
  tell(`Starts the gateway app; ${where}`)
  process.exit(0)
}

let closing = false

function shutDown(app: App): void {
  if (closing) process.exit(1)
  closing = true
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      tell(error instanceof Error ? (error.stack ?? error.message) : String(error))
      process.exit(1)
    },
  )
}
