import type { Gateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import express, { type Express } from 'express'

export interface AppOptions {
  /** Where the gateway stands: `/` gives `/v1/…`, `/llm` gives `/llm/v1/…`. Default `/`. */
  readonly mountPath?: string | undefined
  /** Whether the process is about to end. Default: never. */
  readonly isDraining?: (() => boolean) | undefined
}

/**
 * A service that was there before the gateway: it parses JSON for all of its routes, has some of its own, and answers 404 and
 * 500 in its own words. The gateway is one more handler in it; paths that are not the gateway's pass it by.
 */
export function createApp(gateway: Gateway, { mountPath = '/', isDraining = () => false }: AppOptions = {}): Express {
  const app = express().disable('x-powered-by')

  // For the load balancer, which has no key. It says that this process serves and asks nobody else: a check that asked an upstream
  // would take every instance out with it.
  app.get('/health', (_request, response) => {
    const draining = isDraining()
    response.status(draining ? 503 : 200).json({ status: draining ? 'draining' : 'ok' })
  })

  // Before the parser: no body is read for a caller without a key, and the gateway's own limits and messages apply.
  app.use(mountPath, toNodeHandler(gateway))

  app.use(express.json())
  app.get('/orders/:id', (request, response) => {
    response.json({ id: request.params.id, state: 'shipped' })
  })
  app.post('/orders', (request, response) => {
    response.status(201).json({ received: request.body })
  })
  return app
}
