import type { Gateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import express, { type Express } from 'express'

/**
 * A service that was there before the gateway: it parses JSON for all of its routes, has some of its own, and answers 404 and
 * 500 in its own words. The gateway is one more handler in it; paths that are not the gateway's pass it by.
 */
export function createApp(gateway: Gateway, mountPath: '/' | '/llm' = '/'): Express {
  const app = express()
  app.use(express.json({ limit: '20mb' }))

  app.get('/orders/:id', (request, response) => {
    response.json({ id: request.params.id, state: 'shipped' })
  })

  app.use(mountPath, toNodeHandler(gateway))

  app.post('/orders', (request, response) => {
    response.status(201).json({ received: request.body })
  })
  return app
}
