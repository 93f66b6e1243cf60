// Cloudflare's form of a worker. A timer of one request cannot serve another there: each has a gateway of its own, and what they share are stores.
import { hostGateway } from './gateway.mjs'

export default {
  fetch(request, env, context) {
    return hostGateway(JSON.parse(env.SETTINGS)).serve(request, work => context.waitUntil(work))
  },
}
