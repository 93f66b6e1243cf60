import { createApp } from './app.ts'
import { createServiceGateway } from './gateway.ts'
import { serve } from './serve.ts'
import { readSettings, type Settings } from './settings.ts'

const { host, port, mountPath, delayMs, graceMs, ...gatewaySettings } = settingsOrEnd()
const gateway = createServiceGateway(gatewaySettings)
const service = await serve(isDraining => createApp(gateway, { mountPath, isDraining }), {
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
    void service.drain({ delayMs, graceMs, hurry: hurry.signal })
  })
}

function settingsOrEnd(): Settings {
  try {
    return readSettings(process.env)
  } catch (fault) {
    console.error((fault as Error).message)
    process.exit(2)
  }
}
