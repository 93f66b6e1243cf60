const ofOneKey = /WRONGTYPE|user_script:\d+: (?:attempt to|bad argument)/

/** Marks an error that a script failed with of what stands under its key, which none of ours wrote: the server is well, and other keys are. */
export function markOneKeys(error: Error): Error {
  return ofOneKey.test(error.message) ? Object.assign(error, { ofOneSubject: true }) : error
}
