#!/usr/bin/env node
import { parseArgs } from 'node:util'
import type { SimulatorCredential } from './auth/bedrock-auth.ts'
import type { Simulator } from './simulator.ts'
import { startSimulator } from './start-simulator.ts'

const DEFAULT_PORT = 4010

const usage = `modelgate-simulator

Serves Bedrock Runtime and OpenAI on one port until it is told to end. Told by the environment:
  SIMULATOR_PORT         default ${DEFAULT_PORT}; 0 for any that is free
  SIMULATOR_HOST         the address it listens at; default 127.0.0.1
  SIMULATOR_CREDENTIALS  accessKeyId:secretAccessKey[:sessionToken],…: those it takes; default: a pair that it prints`

function credentialsFrom(list: string | undefined): readonly SimulatorCredential[] | undefined {
  return list?.split(',').map(entry => {
    const [accessKeyId = '', secretAccessKey = '', ...token] = entry.trim().split(':')
    if (accessKeyId === '' || secretAccessKey === '')
      throw new Error('SIMULATOR_CREDENTIALS must be accessKeyId:secretAccessKey[:sessionToken], comma separated')
    return { accessKeyId, secretAccessKey, sessionToken: token.join(':') || undefined }
  })
}

/** What a shell needs so that AWS's and OpenAI's clients, and a gateway, call the simulator and nothing else. */
function environmentFor({ url, openaiBaseUrl, openaiKey, credential }: Simulator): string {
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
    ...(credential.sessionToken !== undefined && { AWS_SESSION_TOKEN: credential.sessionToken }),
    OPENAI_BASE_URL: openaiBaseUrl,
    OPENAI_API_KEY: openaiKey,
  }
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}`)
  return ['To call it from another shell, paste:', ...lines].join('\n')
}

async function main(): Promise<void> {
  if (parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help) return console.log(usage)
  const simulator = await startSimulator({
    port: Number(process.env.SIMULATOR_PORT ?? DEFAULT_PORT),
    host: process.env.SIMULATOR_HOST,
    credentials: credentialsFrom(process.env.SIMULATOR_CREDENTIALS),
  })
  console.log(JSON.stringify({ msg: 'listening', url: simulator.url }))
  console.error(environmentFor(simulator))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close())
}

main().catch((error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE'
  console.error(taken ? 'The port is taken; set SIMULATOR_PORT to another.' : error.message)
  process.exitCode = 2
})
