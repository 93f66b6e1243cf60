/**
 * Closes an iterator whose end is of no interest: that this fails must hide nothing else, and nobody has to wait for it. Never rejects,
 * also where `return()` throws or promises nothing: a timer or an abort that closes has nobody above it to catch that.
 */
export async function closeSource(source: AsyncIterator<unknown, undefined, undefined> | undefined): Promise<void> {
  try {
    await source?.return?.()
  } catch {
    // It is gone already.
  }
}
