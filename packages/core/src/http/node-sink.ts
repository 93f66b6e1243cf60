import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { CallController } from '../call-controller.ts'
import { GatewayError } from '../errors.ts'
import { afterWork } from '../turn.ts'
import { byteText } from '../wire/body-scan.ts'
import type { AnswerHeaders, Sink } from './front.ts'
import { writeChunk } from './write-chunk.ts'

/** Why a call is over whose client has closed its connection: `cancelled`. */
export function clientLeft(cause?: unknown): GatewayError {
  return new GatewayError('cancelled', 'The client closed the connection.', { cause })
}

/** Longer bytes are not copied to save a write. */
const longestText = 16 * 1024

/** Node's own, to be compared with. */
let nodeEnd: unknown

/**
 * Whether text goes to a connection in the encoding that it is given with. What takes the place of a socket, as adapters for Lambda do, or of
 * `end`, takes any text for UTF-8.
 */
function takesText(response: ServerResponse): boolean {
  nodeEnd ??= Reflect.get(process.getBuiltinModule('node:http').OutgoingMessage.prototype, 'end')
  return response.end === nodeEnd && response.socket instanceof Socket
}

/** A response of Node's as the door writes to it. */
export class NodeSink implements Sink {
  private readonly response: ServerResponse
  private readonly controller: CallController

  constructor(response: ServerResponse, controller: CallController) {
    this.response = response
    this.controller = controller
  }

  head(status: number, headers: AnswerHeaders): void {
    // HTTP/2 has none, and Node warns of it.
    if (headers.connection !== undefined && this.response.req?.httpVersionMajor === 2) delete headers.connection
    this.response.writeHead(status, headers)
  }

  /**
   * Where the host has ended the response meanwhile, as a time-out of its own does, a write would be an `error` event that nobody
   * hears, and the upstream would be paid for what nobody gets.
   */
  write(bytes: Uint8Array): boolean {
    if (!this.response.writableEnded) return writeChunk(this.response, bytes)
    this.controller.abort(clientLeft())
    return true
  }

  drained(): Promise<void> {
    const { response } = this
    return new Promise(resolve => {
      const done = (): void => {
        response.off('drain', done)
        response.off('close', done)
        resolve()
      }
      if (response.destroyed) return resolve()
      response.on('drain', done)
      response.on('close', done)
    })
  }

  end(bytes?: Uint8Array): Promise<void> {
    if (bytes === undefined || bytes.length > longestText || !takesText(this.response)) return this.endLater(bytes)
    return this.endText(byteText(bytes))
  }

  /** One character a byte. Node puts text behind its head and writes both as one; bytes go out as a list of two, which costs more than the copy. */
  endText(text: string): Promise<void> {
    return this.endLater(text.length > longestText ? Buffer.from(text, 'latin1') : text)
  }

  private endLater(rest: Uint8Array | string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      afterWork(() => {
        try {
          this.endNow(rest)
          resolve()
        } catch (fault) {
          reject(fault)
        }
      })
    })
  }

  /** An HTTP/2 stream that is destroyed without an error says that it ended well. Over HTTP/1 the error would be the server's. */
  cut(error: Error): void {
    const { response } = this
    response.destroy(response.req?.httpVersionMajor === 2 ? error : undefined)
  }

  private endNow(rest: Uint8Array | string | undefined): void {
    if (this.response.writableEnded) return
    if (typeof rest === 'string') this.response.end(rest, 'latin1')
    else this.response.end(rest)
  }
}
