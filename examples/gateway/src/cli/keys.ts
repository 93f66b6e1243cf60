import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { runKeys } from './run-keys.ts'

process.exitCode = await runKeys(process.argv.slice(2), {
  environment: process.env,
  print: line => void process.stdout.write(`${line}\n`),
  tell: line => void process.stderr.write(`${line}\n`),
  openTable: tableName => dynamodbKeyStore({ tableName, requestTimeoutMs: 10_000 }),
  now: Date.now,
})
