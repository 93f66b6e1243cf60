import type { ContentPart } from '@modelgate/core'
import { isGatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { parseDataUrl } from '../src/media/images.ts'
import { RequestMedia } from '../src/media/request-media.ts'
import { capabilitiesOf } from '../src/models/models.ts'
import { toPartBlocks } from '../src/request/content-parts.ts'
import { images } from './images.ts'

const at = 'messages[2].content'
const say = (parts: readonly ContentPart[] | string | null) =>
  toPartBlocks(parts, at, new RequestMedia(capabilitiesOf('anthropic.claude-sonnet-4-5')))
const image = (url: string): ContentPart => ({ type: 'image_url', image_url: { url } })
const file = (mediaType: string, filename?: string): ContentPart => ({
  type: 'file',
  file: { file_data: `data:${mediaType};base64,QUJD`, ...(filename !== undefined && { filename }) },
})
const namesOf = (parts: readonly ContentPart[]) =>
  say(parts).map(block => ('document' in block ? block.document.name : undefined))

describe('an image', () => {
  it.each(Object.entries(images))(
    'that is %s is sent as what its bytes are, whatever it claims to be',
    (format, base64) => {
      for (const claimed of ['image/png', 'image/jpg', 'image/webp', 'application/octet-stream']) {
        expect(say([image(`data:${claimed};base64,${base64}`)])).toEqual([
          { image: { format, source: { bytes: base64 } } },
        ])
      }
    },
  )

  it('of bytes that are no image is refused here, since the model would', () => {
    const why = 'an image whose bytes are no image; send PNG, JPEG, GIF or WebP'
    expect(() => say([image('data:image/jpg;base64,AAAA')])).toThrow(why)
    expect(() => say([image('data:image/avif;base64,AAAA')])).toThrow("an image of type 'image/avif'; send PNG")
  })

  it('keeps its base64 apart from line breaks', () => {
    const broken = images.png.replace(/.{8}/g, '$&\r\n')
    expect(say([image(`data:image/png;base64,${broken}\n`)])).toEqual([
      { image: { format: 'png', source: { bytes: images.png } } },
    ])
  })

  it('may have parameters and may be percent-encoded', () => {
    expect(parseDataUrl('data:image/PNG;name=a.png;base64,AAAA')).toEqual({ mediaType: 'image/png', base64: 'AAAA' })
    expect(parseDataUrl('data:text/plain,a%20b')).toEqual({ mediaType: 'text/plain', base64: 'YSBi' })
  })
})

describe('a document', () => {
  it.each([
    ['application/pdf', 'pdf'],
    ['text/csv', 'csv'],
    ['text/markdown', 'md'],
    ['text/plain', 'txt'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ])('of type %s has the format %s', (mediaType, format) => {
    expect(say([file(mediaType, 'Report.x')])).toEqual([
      { document: { format, name: 'Report', source: { bytes: 'QUJD' } } },
    ])
  })

  it('has a name of legal characters, without its extension, unique in the request', () => {
    const pdf = (name?: string) => file('application/pdf', name)
    expect(namesOf([pdf('Q3  report_v1.2.pdf'), pdf('a/b\\c.pdf'), pdf('a/b\\c.pdf'), pdf(), pdf('世界.pdf')])).toEqual(
      ['Q3 report v1 2', 'a b c', 'a b c (3)', 'document-4', 'document-5'],
    )
  })

  it('has a name of its own even when a made-up one was taken', () => {
    const names = ['X.pdf', 'X (3).pdf', 'X.pdf', 'X.pdf'].map(name => file('application/pdf', name))
    expect(new Set(namesOf(names)).size).toBe(4)
  })

  it('that is an image is sent as one', () => {
    const picture = { type: 'file', file: { file_data: `data:image/jpeg;base64,${images.png}` } } as const
    expect(say([picture])).toEqual([{ image: { format: 'png', source: { bytes: images.png } } }])
    expect(() => say([file('image/png')])).toThrow('an image whose bytes are no image')
  })
})

describe('text', () => {
  it('is kept as it is, blank ones left out', () => {
    expect(say(' a ')).toEqual([{ text: ' a ' }])
    expect(say('  ')).toEqual([])
    expect(say(null)).toEqual([])
  })
})

describe('what cannot be sent', () => {
  it.each<[string, ContentPart, string]>([
    ['an image by address', image('https://example.com/cat.png'), 'data: URL'],
    ['an image of another type', image('data:image/avif;base64,AAAA'), "'image/avif'"],
    ['a file by id', { type: 'file', file: { file_id: 'file-1' } }, 'file_data'],
    ['a file that is no data: URL', { type: 'file', file: { file_data: 'QUJD' } }, 'application/pdf'],
    ['a file of another type', file('application/rtf'), "'application/rtf'"],
    ['a part of another type', { type: 'hologram' } as never, "'hologram'"],
    ['no part at all', null as never, 'null as a part'],
    ['a part without a type', {} as never, 'without a type'],
  ])('%s is refused by its place, its kind and the remedy', (_name, part, saying) => {
    let error: unknown
    try {
      say([{ type: 'text', text: 'a' }, part])
    } catch (thrown) {
      error = thrown
    }
    expect(isGatewayError(error) && [error.code, error.status, error.param]).toEqual([
      'invalid_request',
      400,
      `${at}[1]`,
    ])
    expect(String(error)).toContain(saying)
    expect(String(error)).toContain(`\`${at}[1]\`: Bedrock cannot be sent`)
  })

  it('a content that is neither text nor parts is refused', () => {
    expect(() => say(5 as never)).toThrow('a number')
  })
})
