#!/usr/bin/env node
import type { SimulatorCredential } from './auth/bedrock-auth.ts'
import { startSimulator } from './start-simulator.ts'

const DEFAULT_PORT = 4010

function credentialsFrom(list: string | undefined): readonly SimulatorCredential[] | undefined {
  return list?.split(',').map(entry => {
    const [accessKeyId = '', secretAccessKey = '', ...token] = entry.trim().split(':')
    if (accessKeyId === '' || secretAccessKey === '')
      throw new Error('SIMULATOR_CREDENTIALS must be accessKeyId:secretAccessKey[:sessionToken], comma separated')
    return { accessKeyId, secretAccessKey, sessionToken: token.join(':') || undefined }
  })
}

async function main(): Promise<void> {
  const simulator = await startSimulator({
    port: Number(process.env.SIMULATOR_PORT ?? DEFAULT_PORT),
    host: process.env.SIMULATOR_HOST,
    credentials: credentialsFrom(process.env.SIMULATOR_CREDENTIALS),
  })
  console.log(JSON.stringify({ msg: 'listening', url: simulator.url }))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void simulator.close())
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
})
