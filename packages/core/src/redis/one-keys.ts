const ofOneKey = /WRONGTYPE|user_script:\d+: (?:attempt to|bad argument)/

/** Whether a script failed of what stands under its key, which none of ours wrote: the server is well, and other keys are. */
export function isOneKeys(error: unknown): error is Error {
  return error instanceof Error && ofOneKey.test(error.message)
}

/** Marks an error of one key. */
export function markOneKeys(error: Error): Error {
  return isOneKeys(error) ? Object.assign(error, { ofOneSubject: true }) : error
}
