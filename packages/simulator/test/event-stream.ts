/** Cuts an event stream into frames by their announced lengths. Throws when the bytes do not come out even. */
export function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at)
    if (length < 16 || at + length > bytes.length) throw new RangeError(`no frame at byte ${at}`)
    frames.push(bytes.subarray(at, at + length))
    at += length
  }
  return frames
}
