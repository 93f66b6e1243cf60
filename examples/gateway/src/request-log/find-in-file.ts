import { type FileHandle, open } from 'node:fs/promises'
import type { RequestRecord } from '@modelgate/core'

/** A log may be of any size, and whoever asks waits: what is further back than this is not found. */
const searchedBytes = 64 * 1024 * 1024
const chunkBytes = 1024 * 1024
const maxFound = 100

/** The records of a request in a log of JSON lines, newest first, within its last 64 MB. A file that is not there, as after a rotation, has none. */
export async function findInFile(path: string, requestId: string): Promise<RequestRecord[]> {
  // As the log writes it: at the beginning of its line.
  const start = Buffer.from(`{"requestId":${JSON.stringify(requestId)},`)
  const found: RequestRecord[] = []
  await using file = await open(path).catch(ifAbsent)
  if (!file) return found
  for await (const line of linesBackwards(file)) {
    if (!line.subarray(0, start.length).equals(start)) continue
    const record = recordIn(line)
    if (record) found.push(record)
    if (found.length === maxFound) break
  }
  return found
}

/** Nothing where a full disk has cut it: the next record stands right behind what is left of it. */
function recordIn(line: Buffer): RequestRecord | undefined {
  try {
    return JSON.parse(line.toString()) as RequestRecord
  } catch {
    return undefined
  }
}

/** Whole lines from the end of a file on. A last line without its end is still being written. */
async function* linesBackwards(file: FileHandle): AsyncGenerator<Buffer> {
  const { size } = await file.stat()
  const first = Math.max(0, size - searchedBytes)
  let rest: Buffer[] = []
  let isEnded = false
  for (let end = size; end > first; end = Math.max(first, end - chunkBytes)) {
    const begin = Math.max(first, end - chunkBytes)
    const { buffer } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin)
    let lineEnd = buffer.length
    for (let at = buffer.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : buffer.lastIndexOf(10, at - 1)) {
      if (isEnded) yield Buffer.concat([buffer.subarray(at + 1, lineEnd), ...rest])
      isEnded = true
      rest = []
      lineEnd = at
    }
    rest.unshift(buffer.subarray(0, lineEnd))
  }
  if (isEnded && first === 0) yield Buffer.concat(rest)
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
