// The Postman collection, run by newman against the gateway app on its simulator. Each answer is held against the API's document, too.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import newman from 'newman'
import { DocumentedAnswers } from '../../examples/gateway/test/documented-answers.ts'
import { gateway, startGateway } from './gateway-process.mjs'

const postman = join(gateway, 'postman')
const runMs = 90_000
const fewestRequests = 25

const read = file => JSON.parse(readFileSync(file, 'utf8'))
// A run that hangs is one that failed.
setTimeout(() => {
  throw new Error(`It did not end within ${runMs + 15_000} ms.`)
}, runMs + 15_000).unref()

await using app = await startGateway({ MODELGATE_CONFIG: join(postman, 'postman.config.jsonc') }, runMs + 30_000)
const faults = await run({ baseUrl: app.url, simulatorUrl: app.simulator, maxResponseMs: '20000' })
for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1

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
