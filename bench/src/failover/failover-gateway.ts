import http from 'node:http'
import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { undici } from '@modelgate/core/undici'
import { openai } from '@modelgate/openai'
import { serve } from '../machine/serve.ts'

/* The gateway with a route over two targets, of which the first throttles; `warm` is a third one, which answers in one burst. */

const { THROTTLING = '', STREAMING = '', WARM = '' } = process.env
const transport = undici()
const at = (baseURL: string) => ({ apiKey: 'bench', baseURL: `${baseURL}/v1`, transport })

const gateway = createGateway({
  providers: [
    openai({ id: 'throttling', ...at(THROTTLING) }),
    openai({ id: 'streaming', ...at(STREAMING) }),
    openai({ id: 'warm', ...at(WARM) }),
  ],
  routes: { fast: ['throttling/gpt-4o', 'streaming/gpt-4o-mini'], warm: ['warm/gpt-4o-mini'] },
  auth: apiKeys(memoryKeyStore([{ key: 'bench' }])),
})

const server = http.createServer(toNodeHandler(gateway))
serve(server)
