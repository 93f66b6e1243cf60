const SIGNATURES: readonly (readonly [format: string, test: (head: string) => boolean])[] = [
  ['png', head => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['jpeg', head => head.startsWith('\xff\xd8\xff')],
  ['gif', head => head.startsWith('GIF8')],
  ['webp', head => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
]

/** The format an image's first bytes tell; undefined when they are no image's. */
export function sniffImage(base64: string): string | undefined {
  const head = Buffer.from(base64.slice(0, 32), 'base64').toString('latin1')
  return SIGNATURES.find(([, test]) => test(head))?.[0]
}
