// The Postman collection, run by newman against the gateway app on its simulator. Each answer is held against the API's document, too.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import newman from 'newman'
import { DocumentedAnswers } from '../../examples/gateway/test/documented-answers.ts'

const gateway = join(import.meta.dirname, '../../examples/gateway')
const postman = join(gateway, 'postman')
const runMs = 90_000
const fewestRequests = 25

const read = file => JSON.parse(readFileSync(file, 'utf8'))
const app = spawn(process.execPath, ['-C', 'modelgate-source', join(gateway, 'src/main.ts')], {
  env: { PORT: '0', MODELGATE_CONFIG: join(postman, 'postman.config.jsonc') },
  stdio: ['ignore', 'pipe', 'pipe'],
  // Nothing of this outlives the run, whatever becomes of it.
  timeout: runMs + 30_000,
  killSignal: 'SIGKILL',
})
// A run that hangs is one that failed.
setTimeout(() => {
  app.kill('SIGKILL')
  throw new Error(`It did not end within ${runMs + 15_000} ms.`)
}, runMs + 15_000).unref()
let errors = ''
app.stderr.setEncoding('utf8').on('data', text => {
  errors += text
})

try {
  const { url, simulator } = await listening()
  const faults = await run({ baseUrl: url, simulatorUrl: simulator, maxResponseMs: '20000' })
  for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  app.kill('SIGTERM')
  if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
}

async function listening() {
  const lines = createInterface(app.stdout)
  const [line] = await Promise.race([once(lines, 'line'), once(app, 'exit').then(() => [''])])
  if (!line) throw new Error(`The gateway did not start: ${errors}`)
  return JSON.parse(line)
}

/** What went wrong, one line each. */
function run(variables) {
  const faults = []
  const answers = new DocumentedAnswers(read(join(gateway, 'openapi.json')))
  return new Promise((resolve, reject) => {
    const runner = newman.run(
      {
        collection: read(join(postman, 'AI-Model-Gateway.postman_collection.json')),
        environment: read(join(postman, 'AI-Model-Gateway.postman_environment.json')),
        envVar: Object.entries(variables).map(([key, value]) => ({ key, value })),
        timeout: runMs,
        timeoutRequest: 20_000,
      },
      (error, summary) => {
        if (error) return reject(error)
        const { stats, failures } = summary.run
        for (const { source, error: cause } of failures)
          faults.push(`${source?.name}: ${cause.test ?? ''} ${cause.message}`)
        if (stats.items.total < fewestRequests) faults.push(`Only ${stats.items.total} requests.`)
        process.stdout.write(
          `newman: ${stats.items.total} requests, ${stats.assertions.total} assertions, ${faults.length} faults\n`,
        )
        resolve(faults)
      },
    )
    runner.on('request', (error, { item, request, response }) => {
      // What the scripts ask of the simulator is none of the gateway's.
      if (error || !request.url.toString().startsWith(variables.baseUrl)) return
      try {
        const headers = new Headers(response.headers.all().map(({ key, value }) => [key, value]))
        const { method, url } = request
        const check = answers.check({ method, path: url.getPathWithQuery(), status: response.code, headers })
        check.take(response.stream.toString())
        check.end()
      } catch (fault) {
        faults.push(`${item.name}: ${fault.message}`)
      }
    })
  })
}
