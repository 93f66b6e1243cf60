import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'

/** DynamoDB's API in a process of its own, as a store is; the port is the first line of stdout. */
const server = dynalite({ createTableMs: 0 })
// On a busy machine a kept connection may be closed just as a request goes out on it.
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
