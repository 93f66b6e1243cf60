import { FaultRuleError, parseFaultRules } from './faults/parse-fault-rules.ts'
import type { Arrival } from './http/arrival.ts'
import { parseJobPlan } from './jobs/job-plan.ts'
import { parseJson } from './json.ts'
import { type Script, wholeScript } from './script.ts'
import type { World } from './world.ts'

/** Where the simulator is steered over HTTP. */
export const CONTROL_PATH = '/_simulator'

type Act = (world: World, arrival: Arrival) => { readonly status: number; readonly body: unknown }

const ACTS: Readonly<Record<string, Act>> = {
  'PUT /_simulator/faults': setFaults,
  'GET /_simulator/faults': world => ({ status: 200, body: world.faults.list() }),
  'PUT /_simulator/jobs': setJobs,
  'GET /_simulator/requests': world => ({ status: 200, body: world.log.list() }),
  'DELETE /_simulator': world => {
    resetWorld(world)
    return { status: 200, body: { reset: true } }
  },
}

function setFaults(world: World, arrival: Arrival): ReturnType<Act> {
  try {
    world.faults.set(parseFaultRules(parseJson(arrival.body.toString('utf8'))))
    return { status: 200, body: world.faults.list() }
  } catch (error) {
    if (!(error instanceof FaultRuleError)) throw error
    return { status: 400, body: { error: { message: error.message } } }
  }
}

function setJobs(world: World, arrival: Arrival): ReturnType<Act> {
  try {
    world.jobs.plan = parseJobPlan(parseJson(arrival.body.toString('utf8')))
    return { status: 200, body: world.jobs.plan }
  } catch (error) {
    if (!(error instanceof FaultRuleError)) throw error
    return { status: 400, body: { error: { message: error.message } } }
  }
}

/** Forgets faults, requests, cached prompts, batch jobs and what S3 keeps. */
export function resetWorld(world: World): void {
  world.objects.clear()
  world.jobs.clear()
  world.openaiFiles.clear()
  world.openaiBatches.clear()
  world.openaiItems.clear()
  world.faults.set([])
  world.log.clear()
  world.promptCache.clear()
}

/** Answers a request to `/_simulator`, which needs no credentials and is not recorded. */
export function controlScript(world: World, arrival: Arrival): Script {
  const name = `${arrival.method} ${arrival.path.split('?')[0]}`
  const act = ACTS[name]
  const { status, body } = act?.(world, arrival) ?? {
    status: 404,
    body: { error: { message: `No such control: ${name}. There are ${Object.keys(ACTS).join(', ')}` } },
  }
  const headers = { 'content-type': 'application/json' }
  return wholeScript(world.openai, { status, headers, text: JSON.stringify(body) })
}
