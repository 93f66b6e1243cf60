import { runDrillCommand } from './run-drill-command.ts'

process.exitCode = await runDrillCommand(process.argv.slice(2), {
  environment: process.env,
  print: line => void process.stdout.write(`${line}\n`),
  tell: line => void process.stderr.write(`${line}\n`),
  now: () => performance.now(),
})
