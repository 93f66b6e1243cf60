import { createApp } from './app.ts'
import { createServiceGateway } from './gateway.ts'
import { serve } from './serve.ts'

const { env } = process
const apiKey = env.MODELGATE_API_KEY
if (!apiKey) {
  console.error('Set MODELGATE_API_KEY to the key that callers must send; nobody could come in without one.')
  process.exit(2)
}

const gateway = createServiceGateway({
  apiKey,
  region: env.AWS_REGION,
  openaiApiKey: env.OPENAI_API_KEY,
  trustProxy: Number(env.TRUST_PROXY ?? 0),
})
const [host, port] = [env.HOST ?? '127.0.0.1', Number(env.PORT ?? 3000)]
const service = await serve(isDraining => createApp(gateway, { mountPath: env.MOUNT_PATH, isDraining }), {
  gateway,
  host,
  port,
}).catch((fault: Error) => {
  console.error(`Cannot listen on ${host}:${port}: ${fault.message.replace(/\.$/, '')}. HOST and PORT say where.`)
  process.exit(1)
})
console.log(`Listening on ${service.url}`)

const hurry = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (service.isDraining()) return hurry.abort()
    void service.drain({
      delayMs: Number(env.SHUTDOWN_DELAY_MS ?? 0),
      graceMs: Number(env.SHUTDOWN_GRACE_MS ?? 30_000),
      hurry: hurry.signal,
    })
  })
}
