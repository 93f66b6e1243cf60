import { runTables } from './run-tables.ts'

process.exitCode = await runTables(process.argv.slice(2), {
  print: line => void process.stdout.write(`${line}\n`),
  environment: process.env,
  tell: line => void process.stderr.write(`${line}\n`),
})
