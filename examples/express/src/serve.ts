import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from '@modelgate/core'

export interface ServeOptions {
  readonly gateway: Pick<Gateway, 'close'>
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** What a drain may take, in milliseconds. */
export interface DrainOptions {
  /** Goes on accepting so long, while `/health` says 503: where SIGTERM comes before the load balancer has been told. Default 0. */
  readonly delayMs?: number | undefined
  /** What open answers get to end by themselves. */
  readonly graceMs: number
  /** Ends both waits at once when it aborts: somebody has asked a second time. */
  readonly hurry?: AbortSignal | undefined
}

export interface Service {
  readonly url: string
  readonly server: Server
  readonly isDraining: () => boolean
  /** Takes no more connections, lets open answers end, ends the rest with an error that says so, and closes everything. */
  drain(options: DrainOptions): Promise<void>
}

/** For the last bytes to reach their readers. */
const lastBytesMs = 2_000

/**
 * Serves with timeouts for a place behind an AWS load balancer, which keeps idle connections for 60 s: whoever closes first must be the
 * load balancer, or a request that is just being sent on a connection that is just being closed becomes a 502.
 * @param createApp given what tells it whether the service drains
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export async function serve(
  createApp: (isDraining: () => boolean) => RequestListener,
  { gateway, host, port }: ServeOptions,
): Promise<Service> {
  let draining = false
  const isDraining = (): boolean => draining
  const open = new Set<ServerResponse>()
  let onEmpty = (): void => {}
  const server = createServer(createApp(isDraining))
  server.keepAliveTimeout = 65_000
  // Above it: the next request's headers may take their time on a connection that was kept so long.
  server.headersTimeout = 66_000
  server.prependListener('request', (request, response) => {
    open.add(response)
    // A connection that its client keeps using would never let the drain end.
    if (draining) response.setHeader('connection', 'close')
    response.once('close', () => {
      open.delete(response)
      if (draining) request.socket.destroySoon()
      if (open.size === 0) onEmpty()
    })
  })
  server.listen(port, host)
  await once(server, 'listening')

  const emptied = (): Promise<void> =>
    new Promise(resolve => {
      onEmpty = resolve
      if (open.size === 0) resolve()
    })

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    server,
    isDraining,
    async drain({ delayMs = 0, graceMs, hurry }) {
      draining = true
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close')
      await within(delayMs, [], hurry)
      const closed = once(server, 'close')
      server.close()
      await within(graceMs, [emptied()], hurry)
      // What has not ended by now is told so: in band where a stream has begun, else by a 503.
      await gateway.close({ graceMs: 0 })
      await within(lastBytesMs, [emptied()])
      // Those opened ahead of a request are among them, which Node does not count as idle.
      server.closeAllConnections()
      await closed
    },
  }
}

/** Waits for the time to be over, or for any of the work, or until it is told to hurry. */
async function within(milliseconds: number, work: readonly Promise<void>[], hurry?: AbortSignal): Promise<void> {
  const done = new AbortController()
  const signal = hurry ? AbortSignal.any([done.signal, hurry]) : done.signal
  const timeout = sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  await Promise.race([...work, timeout])
  done.abort()
}
