import { type Server, startNode } from './machine/processes.ts'
import type { Lane } from './upstream/answers.ts'
import { startNginxProxy } from './upstream/nginx.ts'
import { paceRoot, upstreamPath } from './upstream/requests.ts'

/** Who is measured. `bare` is the floor that all others are compared with. */
export type Contestant =
  | 'bare'
  | 'bare-policy'
  | 'nginx'
  | 'modelgate'
  | 'modelgate-node'
  | 'modelgate-sdk'
  | 'modelgate-open'
  | 'modelgate-policy'
  | 'modelgate-telemetry'
  | 'modelgate-hit'
  | 'modelgate-miss'

export interface Assignment {
  readonly lane: Lane
  /** Milliseconds between frames; absent: whole answers. */
  readonly pace: number | undefined
  /** Base URL of who answers. */
  readonly upstream: string
}

const starters: Readonly<Record<Contestant, (assignment: Assignment) => Promise<Server>>> = {
  bare: ({ lane, pace, upstream }) =>
    startNode('../contestants/bare.ts', 'contestant', { UPSTREAM: upstream, UPSTREAM_PATH: upstreamPath(lane, pace) }),
  'bare-policy': ({ lane, pace, upstream }) =>
    startNode('../contestants/bare.ts', 'contestant', {
      UPSTREAM: upstream,
      UPSTREAM_PATH: upstreamPath(lane, pace),
      POLICY: 'least',
    }),
  nginx: ({ lane, pace, upstream }) => startNginxProxy(upstream, upstreamPath(lane, pace)),
  modelgate: ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace) }),
  'modelgate-node': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), TRANSPORT: 'node' }),
  'modelgate-open': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), POLICY: 'none' }),
  'modelgate-policy': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), POLICY: 'all' }),
  'modelgate-telemetry': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), TELEMETRY: 'all' }),
  'modelgate-hit': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), CACHE: 'hit' }),
  'modelgate-miss': ({ pace, upstream }) =>
    startNode('../contestants/modelgate.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace), CACHE: 'miss' }),
  'modelgate-sdk': ({ pace, upstream }) =>
    startNode('../contestants/modelgate-sdk.ts', 'contestant', { UPSTREAM: upstream + paceRoot(pace) }),
}

/** What all of them are asked at; the proxies forward any path. */
export const contestantPath = '/v1/chat/completions'

export function startContestant(contestant: Contestant, assignment: Assignment): Promise<Server> {
  return starters[contestant](assignment)
}
