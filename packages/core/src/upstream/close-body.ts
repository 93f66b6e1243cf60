import type { UpstreamBody } from './transport.ts'

/** Closes a body whose end is of no interest: that this fails must hide nothing else, and nobody has to wait for it. */
export async function closeBody(body: UpstreamBody): Promise<void> {
  try {
    await body.return?.()
  } catch {
    // It is gone already.
  }
}
