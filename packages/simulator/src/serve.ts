import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { refuseBedrockCaller } from './auth/bedrock-auth.ts'
import { refuseOpenaiCaller } from './auth/openai-auth.ts'
import { CONTROL_PATH, controlScript } from './control.ts'
import { applyFault } from './faults/fault-table.ts'
import { type Arrival, readArrival } from './http/arrival.ts'
import { play } from './http/play.ts'
import type { Wire } from './http/wire.ts'
import { parseJson, pick, stringOf } from './json.ts'
import type { RecordedRequest } from './request-log.ts'
import { type Route, type RoutedPath, routeOf } from './routes.ts'
import { isForS3, s3Script } from './s3/s3-script.ts'
import type { Failure, Script } from './script.ts'
import type { Visit, World } from './world.ts'

/** Serves one request, from its first byte to the end of its answer. */
export async function serve(world: World, incoming: IncomingMessage | Http2ServerRequest, wire: Wire): Promise<void> {
  const arrival = await readArrival(incoming).catch(() => undefined)
  if (arrival === undefined) return
  if (arrival.path.startsWith(CONTROL_PATH)) {
    await play(controlScript(world, arrival), wire, { ...world.pace, chunking: 'whole' })
    return
  }
  if (isForS3(arrival)) {
    const { operation, script } = s3Script(world, arrival)
    // A log of uploads would hold all that was uploaded.
    const record = world.log.open({ ...arrival, body: Buffer.alloc(0) }, operation, undefined)
    return perform(script, wire, { world, record })
  }
  const routed = routeOf(arrival.method, arrival.path)
  const body = parseJson(arrival.body.toString('utf8'))
  const model = routed?.model ?? stringOf(pick(body, 'model'))
  const record = world.log.open(arrival, routed?.route.operation ?? 'unknown', model)
  await perform(routed ? visitScript(world, { arrival, routed, body, model }) : lost(world, arrival), wire, {
    world,
    record,
  })
}

async function perform(script: Script, wire: Wire, { world, record }: { world: World; record: RecordedRequest }) {
  const settle = (outcome: RecordedRequest['outcome']) => {
    if (record.outcome !== 'open') return
    record.outcome = outcome
    record.sentBytes = wire.sentBytes()
    world.log.changed()
  }
  // At once, not when the script notices: it may be asleep.
  if (wire.closed.aborted) settle('closed-by-client')
  wire.closed.addEventListener('abort', () => settle('closed-by-client'), { once: true })
  record.status = script.steps.some(step => step.kind === 'head') ? script.status : undefined
  record.rule = script.rule
  world.log.changed()
  try {
    settle(await play(script, wire, world.pace))
  } catch (error) {
    // Such as a header of a status fault that HTTP does not allow: the one request fails, not the whole process.
    settle('cut')
    console.error(error)
    await wire.cut()
  }
}

interface Found {
  readonly arrival: Arrival
  readonly routed: RoutedPath
  readonly body: unknown
  readonly model: string | undefined
}

/** First the caller, then the fault it may have coming, then the request itself: as a throttle strikes before a model is asked. */
function visitScript(world: World, { arrival, routed: { route }, body, model }: Found): Script {
  const refused = refusal(world, route, arrival)
  if (refused) return world[route.dialect].failure(refused)
  const fault = world.faults.take({ operation: route.operation, model })
  const query = new URLSearchParams(arrival.path.split('?')[1] ?? '')
  const visit: Visit = { world, arrival, operation: route.operation, model: model ?? '', body, query }
  const isUnread = arrival.body.length > 0 && body === undefined && route.takesForms !== true
  const script = isUnread ? unreadable(world, route) : handled(visit, route)
  return fault ? applyFault(script, fault, { body }) : script
}

/** A mistake of the simulator's own must reach the client as a failure, not end the process. */
function handled(visit: Visit, route: Route): Script {
  try {
    return route.handle(visit)
  } catch (error) {
    const message = `The simulator failed: ${error instanceof Error ? error.message : String(error)}`
    return visit.world[route.dialect].failure({ status: 500, message })
  }
}

function refusal(world: World, route: Route, arrival: Arrival): Failure | undefined {
  return route.auth === 'bedrock'
    ? refuseBedrockCaller(arrival, world.gate)
    : refuseOpenaiCaller(arrival.headers, world.openaiKeys)
}

const UNREADABLE: Readonly<Record<Route['dialect'], Failure>> = {
  bedrock: { status: 400, type: 'SerializationException', message: 'The request body could not be read as JSON.' },
  openai: {
    status: 400,
    message:
      'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
  },
}

function unreadable(world: World, route: Route): Script {
  return world[route.dialect].failure(UNREADABLE[route.dialect])
}

/** A path neither API has; one with a bare `/` in a model's ARN ends here as well. */
function lost(world: World, { method, path }: Arrival): Script {
  if (path.startsWith('/v1/') || path.startsWith('/openai/'))
    return world.openai.failure({
      status: 404,
      message: `Invalid URL (${method} ${path})`,
      type: 'invalid_request_error',
      code: null,
    })
  const message = 'The requested operation is not recognized by the service.'
  return world.bedrock.failure({ status: 404, type: 'UnknownOperationException', message })
}
