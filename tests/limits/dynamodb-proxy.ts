import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of a request: passed on, refused as a busy table does, never answered, or its connection reset. */
export type ProxyMode = 'forward' | 'throttle' | 'hang' | 'reset'

/** In front of DynamoDB: counts what is asked, by operation, and misbehaves on demand. */
export class DynamodbProxy implements AsyncDisposable {
  mode: ProxyMode = 'forward'
  /** Operations as they came, such as `UpdateItem`. */
  readonly arrivals: string[] = []
  readonly #server: http.Server
  readonly #target: string
  readonly #agent = new http.Agent({ keepAlive: true })

  private constructor(target: string) {
    this.#target = target
    this.#server = http.createServer((request, response) => this.#answer(request, response))
  }

  static async open(target: string): Promise<DynamodbProxy> {
    const proxy = new DynamodbProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.arrivals.push(String(request.headers['x-amz-target']).split('.').pop()!)
    if (this.mode === 'hang') return
    if (this.mode === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    if (this.mode === 'throttle') {
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
      const type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'
      const message = 'The level of configured provisioned throughput for the table was exceeded.'
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      response.end(JSON.stringify({ __type: type, message }))
      return
    }
    const { method, url = '/', headers } = request
    const onward = http.request(new URL(url, this.#target), { method, headers, agent: this.#agent }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    this.#agent.destroy()
    await once(this.#server, 'close')
  }
}
