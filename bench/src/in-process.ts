import { bedrock } from '@modelgate/bedrock'
import {
  apiKeys,
  CallController,
  createGateway,
  type GatewayOptions,
  jsonLogger,
  memoryKeyStore,
  type Transport,
} from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { contestantPath } from './contestants.ts'
import { median } from './statistics.ts'
import { telemetry } from './telemetry.ts'
import { completions, framesPerStream, type Lane, streams } from './upstream/answers.ts'
import { instantTransport } from './upstream/instant-transport.ts'
import { requestOf } from './upstream/requests.ts'

/*
 * CPU of our own code alone: calls one after another through the door, over a transport that answers at once. No socket, no kernel,
 * and everything warm: what it prints is a lower bound, and the quickest way to see whether a change pays.
 */

const upstream = 'http://127.0.0.1:1'

function answerOf(lane: Lane, stream: boolean): Transport {
  if (!stream) return instantTransport(Buffer.from(completions[lane]), 'application/json')
  const { head, frame, tail, contentType } = streams[lane]
  const frames = Array.from({ length: framesPerStream }, () => frame)
  return instantTransport(Buffer.concat([...head, ...frames, ...tail]), contentType)
}

interface Measured {
  readonly lane: Lane
  readonly kilobytes: 1 | 100
  readonly stream: boolean
  readonly options?: Pick<GatewayOptions, 'logger' | 'metrics' | 'telemetry'>
}

async function measure({ lane, kilobytes, stream, options }: Measured): Promise<number> {
  const mode = stream ? 'burst' : 'whole'
  const transport = answerOf(lane, stream)
  const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' }
  const { door } = createGateway({
    providers: [
      openai({ apiKey: 'bench', baseURL: `${upstream}/v1`, transport }),
      bedrock({ region: 'us-east-1', endpoint: upstream, credentials, transport }),
    ],
    auth: apiKeys(memoryKeyStore([{ key: 'bench' }])),
    ...options,
  })
  const body = Buffer.from(requestOf({ lane, kilobytes, mode }))
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' }
  let told = 0
  const run = async (calls: number): Promise<number> => {
    const before = process.cpuUsage()
    for (let call = 0; call < calls; call += 1) {
      const controller = new CallController()
      const request = {
        method: 'POST',
        path: contestantPath(mode),
        headers,
        controller,
        // A body is the gateway's, to be written over; copied so that the next call has one.
        readBody: () => Buffer.from(body),
      }
      await door.handle(request, {
        head(status) {
          if (status === 200) told += 1
        },
        write: () => true,
        drained: () => Promise.resolve(),
        end() {},
      })
    }
    const { user, system } = process.cpuUsage(before)
    if (told !== calls) throw new Error(`${calls - told} of ${calls} calls failed`)
    told = 0
    return (user + system) / calls
  }
  const calls = stream || kilobytes > 1 ? 2_000 : 10_000
  await run(2 * calls)
  const rounds: number[] = []
  for (let round = 0; round < 7; round += 1) rounds.push(await run(calls))
  return median(rounds)
}

function print(name: string, cpuUs: number): void {
  console.log(name.padEnd(36), `${cpuUs.toFixed(1).padStart(6)} µs of CPU a call`)
}

for (const lane of ['openai', 'bedrock'] as const) {
  for (const [name, kilobytes, stream] of [
    ['whole', 1, false],
    ['burst', 1, true],
    ['whole', 100, false],
  ] as const) {
    print(`${lane} ${name} ${kilobytes}KB`, await measure({ lane, kilobytes, stream }))
  }
}

const telemetries = {
  'a log': { logger: jsonLogger() },
  metrics: { metrics: true },
  'spans not sampled': { telemetry: telemetry({ meter: false, isSampled: false }) },
  spans: { telemetry: telemetry({ meter: false }) },
  'values of metrics': { telemetry: telemetry({ tracer: false }) },
  'all of it': { logger: jsonLogger(), metrics: true, telemetry: telemetry() },
} satisfies Record<string, Measured['options']>
for (const [name, options] of Object.entries(telemetries)) {
  print(`openai whole 1KB, ${name}`, await measure({ lane: 'openai', kilobytes: 1, stream: false, options }))
}
