import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ServingState } from './serving-state.ts'

/**
 * The connections of a server and the answers under way on them. Node's own `closeIdleConnections()` takes one whose answer has ended
 * but has not gone out yet for idle: a slow reader would lose the end of its stream to it.
 */
export class Connections {
  /** With how much had been read of each when its last answer had gone out. */
  private readonly sockets = new Map<Socket, number>()
  private readonly answers = new Set<ServerResponse>()
  private readonly state: ServingState
  private onEmpty: (() => void) | undefined

  constructor(state: ServingState) {
    this.state = state
  }

  add(socket: Socket): void {
    this.sockets.set(socket, 0)
    socket.once('close', () => this.sockets.delete(socket))
  }

  /** Until its last byte has gone out. */
  begin(response: ServerResponse): void {
    this.answers.add(response)
    // A connection that a client keeps using would never let a drain end.
    if (this.state.isDraining) response.setHeader('connection', 'close')
    const { socket } = response.req
    response.once('close', () => {
      this.answers.delete(response)
      if (this.sockets.has(socket)) this.sockets.set(socket, socket.bytesRead)
      if (this.state.isDraining && !this.isOpen(socket)) socket.destroySoon()
      if (this.answers.size === 0) this.onEmpty?.()
    })
  }

  /** Whether an answer has begun on it. */
  isAnswered(socket: unknown): boolean {
    return [...this.answers].some(response => response.socket === socket && response.headersSent)
  }

  private isOpen(socket: Socket): boolean {
    return [...this.answers].some(response => response.req.socket === socket)
  }

  /** Answers that have not begun say that theirs is the last on its connection. */
  announceEnd(): void {
    for (const response of this.answers) if (!response.headersSent) response.setHeader('connection', 'close')
  }

  /** Closes what waits for a next request, or was opened ahead of a first one; not where a part of its head has come. */
  closeIdle(): void {
    const busy = new Set([...this.answers].map(response => response.req.socket))
    for (const [socket, bytesBefore] of this.sockets) {
      if (!busy.has(socket) && socket.bytesRead === bytesBefore) socket.destroySoon()
    }
  }

  /** Requests that have not come in whole: nobody is answering them yet. */
  unread(): readonly ServerResponse[] {
    return [...this.answers].filter(response => !response.headersSent && !response.req.complete)
  }

  /** Resolves when every answer has gone out, or after so many milliseconds. */
  async emptied(withinMs: number): Promise<void> {
    if (this.answers.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.onEmpty = resolve
    const timer = setTimeout(resolve, withinMs)
    await promise
    clearTimeout(timer)
  }
}
