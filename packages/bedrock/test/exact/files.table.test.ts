import { sonnet45 } from '../a-call.ts'
import { images } from '../images.ts'
import { document, file, image, png, sound } from './message-shapes.ts'
import { a, becomes, bytesOf, dataUrl, fromS3, named, nova, refuses, several } from './part-rows.ts'
import { requestRows } from './request-row.ts'

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

requestRows('documents', [
  ...(
    [
      ['application/pdf', 'pdf'],
      ['text/csv', 'csv'],
      ['application/msword', 'doc'],
      [docx, 'docx'],
      ['application/vnd.ms-excel', 'xls'],
      ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
      ['text/html', 'html'],
      ['text/plain', 'txt'],
      ['text/markdown', 'md'],
    ] as const
  ).map(([mediaType, format]) =>
    becomes(
      `says ${mediaType} as ${format}`,
      sonnet45,
      [a, file(mediaType, 'r')],
      [{ text: 'a' }, document(format, 'r')],
    ),
  ),
  becomes(
    'takes the extension and the points off a name',
    sonnet45,
    [a, file('text/plain', 'a.b  c_d.txt')],
    [{ text: 'a' }, document('txt', 'a b c d')],
  ),
  becomes(
    'keeps a point that begins no extension as a space',
    sonnet45,
    [a, file('text/plain', 'Report v1.2')],
    [{ text: 'a' }, document('txt', 'Report v1 2')],
  ),
  becomes(
    'keeps hyphens, parentheses and brackets',
    sonnet45,
    [a, file('text/plain', 'a-(b)[c].txt')],
    [{ text: 'a' }, document('txt', 'a-(b)[c]')],
  ),
  becomes(
    'ends a long name at no space',
    sonnet45,
    [a, file('text/plain', `${'x'.repeat(179)} y.txt`)],
    [{ text: 'a' }, document('txt', 'x'.repeat(179))],
  ),
  becomes(
    'makes equal names differ',
    sonnet45,
    [a, file('text/plain', 'r.txt'), file('text/plain', 'r.txt')],
    [{ text: 'a' }, document('txt', 'r'), document('txt', 'r (2)')],
  ),
  becomes(
    'names by its place a document without a usable name',
    sonnet45,
    [a, file('text/plain'), file('text/plain', '世界.txt')],
    [{ text: 'a' }, document('txt', 'document-1'), document('txt', 'document-2')],
  ),
  becomes(
    'gives a document alone a text beside it',
    sonnet45,
    [file('text/plain', 'r')],
    [document('txt', 'r'), { text: '.' }],
  ),
  becomes(
    'goes by the extension where the type says nothing',
    sonnet45,
    [a, named('data:application/octet-stream;base64,QUJD', 'r.PDF')],
    [{ text: 'a' }, document('pdf', 'r')],
  ),
  becomes(
    'goes by the extension for bare base64',
    sonnet45,
    [a, named('QUJD', 'r.csv')],
    [{ text: 'a' }, document('csv', 'r')],
  ),
  becomes(
    'says a file that is an image as one',
    sonnet45,
    [a, named(`data:image/jpeg;base64,${images.png}`, 'r.jpg')],
    [{ text: 'a' }, png],
  ),
  fromS3(
    becomes(
      'says a document in S3 to Nova, named by its key',
      nova,
      [a, named('s3://bucket-1/in/Q3 report.pdf')],
      [
        { text: 'a' },
        {
          document: {
            format: 'pdf',
            name: 'Q3 report',
            source: { s3Location: { uri: 's3://bucket-1/in/Q3 report.pdf' } },
          },
        },
      ],
    ),
  ),
  refuses(
    'refuses file_id',
    sonnet45,
    [a, { type: 'file', file: { file_id: 'file-1' } }],
    /a file by file_id; send its bytes as file_data/,
  ),
  refuses('refuses a file without anything', sonnet45, [a, { type: 'file', file: {} }], /a file without file_data/),
  refuses(
    'refuses a type that Bedrock does not know',
    sonnet45,
    [a, file('application/rtf', 'r.rtf')],
    /'application\/rtf'; send pdf/,
  ),
  refuses('refuses bare base64 of an unknown kind', sonnet45, [a, named('QUJD', 'r.bin')], /no data: URL/),
  becomes(
    'says five documents',
    sonnet45,
    [a, ...several(5, at => file('text/plain', `r${at}`))],
    [{ text: 'a' }, ...[0, 1, 2, 3, 4].map(at => document('txt', `r${at}`))],
  ),
  refuses(
    'refuses the sixth document',
    sonnet45,
    [a, ...several(6, at => file('text/plain', `r${at}`))],
    /takes at most 5 in one request; leave out older documents/,
  ),
  refuses(
    'refuses a document above 4.5 MB',
    sonnet45,
    [a, named(dataUrl('text/plain', bytesOf(5)))],
    /a document of at most 4.5 MB, not 5.00 MB/,
  ),
  becomes(
    'says a larger PDF to Claude 4',
    sonnet45,
    [a, named(dataUrl('application/pdf', bytesOf(5)), 'r.pdf')],
    [{ text: 'a' }, { document: { format: 'pdf' } }],
  ),
  becomes(
    'says a larger PDF to Nova',
    nova,
    [a, named(dataUrl('application/pdf', bytesOf(5)), 'r.pdf')],
    [{ text: 'a' }, { document: { format: 'pdf' } }],
  ),
  becomes(
    'says a larger DOCX to Nova',
    nova,
    [a, named(dataUrl(docx, bytesOf(5)), 'r.docx')],
    [{ text: 'a' }, { document: { format: 'docx' } }],
  ),
  refuses('refuses it for Claude 4', sonnet45, [a, named(dataUrl(docx, bytesOf(5)), 'r.docx')], /at most 4.5 MB/),
  refuses(
    'refuses the PDF for Claude 3',
    'anthropic.claude-3-sonnet-20240229-v1:0',
    [a, named(dataUrl('application/pdf', bytesOf(5)))],
    /at most 4.5 MB/,
  ),
])

requestRows('videos and recordings', [
  becomes(
    'says a video to Nova',
    nova,
    [a, file('video/mp4', 'v.mp4')],
    [{ text: 'a' }, { video: { format: 'mp4', source: { bytes: 'QUJD' } } }],
  ),
  becomes(
    'says a 3GP video by its name in Converse',
    nova,
    [a, file('video/3gpp')],
    [{ text: 'a' }, { video: { format: 'three_gp' } }],
  ),
  fromS3(
    becomes(
      'says a video in S3 to Nova',
      nova,
      [a, image('s3://bucket-1/v.mov')],
      [{ text: 'a' }, { video: { format: 'mov', source: { s3Location: { uri: 's3://bucket-1/v.mov' } } } }],
    ),
  ),
  refuses(
    'refuses the second video',
    nova,
    [a, file('video/mp4'), file('video/mp4')],
    /Nova takes at most 1 in one request/,
  ),
  refuses(
    'refuses a video above 25 MB of base64',
    nova,
    [a, named(dataUrl('video/mp4', bytesOf(19)))],
    /a video of at most 18.75 MB/,
  ),
  refuses(
    'refuses a video for Claude',
    sonnet45,
    [a, file('video/mp4')],
    /Claude Sonnet 4.5 takes no videos.*such as Nova/,
  ),
  refuses(
    'refuses a recording for Claude',
    sonnet45,
    [a, sound('wav')],
    /Claude Sonnet 4.5 takes no recordings.*such as Nova 2 Omni or Voxtral/,
  ),
  refuses('refuses a recording for Nova Lite', nova, [a, sound('mp3')], /Nova takes no recordings/),
  refuses('refuses a file that is a recording', nova, [a, file('audio/mpeg')], /Nova takes no recordings/),
])
