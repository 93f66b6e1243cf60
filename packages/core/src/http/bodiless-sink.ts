import type { AnswerHeaders, Sink } from './front.ts'

/** Takes an answer to HEAD: the head is that of GET, and no body goes out, whichever front it is. */
export class BodilessSink implements Sink {
  private readonly sink: Sink

  constructor(sink: Sink) {
    this.sink = sink
  }

  head(status: number, headers: AnswerHeaders): void {
    this.sink.head(status, headers)
  }

  write(): boolean {
    return true
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  end(): void | Promise<void> {
    return this.sink.end()
  }
}
