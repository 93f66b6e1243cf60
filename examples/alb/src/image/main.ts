import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildImage } from './build-image.ts'
import { tryImage } from './try-image.ts'

const here = join(import.meta.dirname, '../..')
const directory = await mkdtemp(join(tmpdir(), 'modelgate-image-'))
const print = (line: string): void => console.log(line)
try {
  // The image's user is somebody else.
  await chmod(directory, 0o755)
  const dockerfile = join(here, 'Dockerfile')
  await tryImage(await buildImage({ dockerfile, context: join(here, '../..'), directory, print }), print)
} finally {
  await rm(directory, { recursive: true, force: true })
}
