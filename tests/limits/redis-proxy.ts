import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

/** In front of Redis: counts the scripts that are asked for. What comes is passed on, whether or not the server still listens. */
export class RedisProxy implements AsyncDisposable {
  /** Scripts as they came: `EVALSHA` or `EVAL`. */
  readonly arrivals: string[] = []
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()

  private constructor(port: number) {
    this.#server = net.createServer(socket => {
      const onward = net.connect(port, '127.0.0.1')
      socket.on('data', (bytes: Buffer) => this.#count(bytes))
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(from)
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
      }
    })
  }

  static async open(port: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(port)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  #count(bytes: Buffer): void {
    for (const [command] of bytes.toString('latin1').matchAll(/\bevalsha\b|\beval\b/gi)) {
      this.arrivals.push(command.toUpperCase())
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
