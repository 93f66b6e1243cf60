import { sonnet45 } from '../a-call.ts'
import { images } from '../images.ts'
import { image, png, user } from './message-shapes.ts'
import { a, becomes, dataUrl, fromS3, heavyPng, nova, refuses, several } from './part-rows.ts'
import { requestRows } from './request-row.ts'

const looking = (detail: 'auto' | 'low' | 'high' | 'original') => ({
  model: sonnet45,
  messages: [user([a, { type: 'image_url', image_url: { url: `data:image/png;base64,${images.png}`, detail } }])],
})

requestRows('images', [
  ...Object.entries(images).map(([format, bytes]) =>
    becomes(
      `says ${format} as what its bytes are, whatever it is said to be`,
      sonnet45,
      [a, image(`data:image/jpg;base64,${bytes}`)],
      [{ text: 'a' }, { image: { format, source: { bytes } } }],
    ),
  ),
  ...(['auto', 'high', 'original'] as const).map(detail => ({
    ...becomes(
      `need not say that an image is looked at in ${detail} detail`,
      sonnet45,
      [a, image()],
      [{ text: 'a' }, png],
    ),
    request: looking(detail),
  })),
  // Bedrock decodes strictly: a pad too few or too many is a request that it cannot read.
  ...[images.png.replace(/=*$/, ''), `${images.png.replace(/=*$/, '')}${images.png.endsWith('==') ? '=' : '=='}`].map(
    bytes =>
      becomes(
        `pads ${bytes.slice(-4)}, the end of an image, as it should be`,
        sonnet45,
        [a, image(`data:image/png;base64,${bytes}`)],
        [{ text: 'a' }, png],
      ),
  ),
  {
    ...becomes('names low detail as dropped, which no model can be told', sonnet45, [a, image()], [{ text: 'a' }, png]),
    request: looking('low'),
    drops: ['messages.image_url.detail'],
  },
  {
    it: 'refuses low detail where nothing may be dropped',
    request: looking('low'),
    options: { unsupportedParams: 'reject' },
    refuses: { param: 'messages.image_url.detail', says: /cannot be told/ },
  },
  refuses(
    'refuses an s3:// address unless the provider is set up for it',
    nova,
    [a, image('s3://bucket-1/cat.png')],
    /this gateway has nothing read from S3; send the bytes, or have this gateway set up with `s3Media`/,
  ),
  {
    it: 'refuses an s3:// address among the model’s own parameters',
    request: {
      model: nova,
      additional_model_request_fields: {
        messages: [{ role: 'user', content: [{ image: { source: { s3Location: { uri: 's3://b/c.png' } } } }] }],
      },
    },
    refuses: { param: 'additional_model_request_fields', says: /nothing read from S3/ },
  },
  {
    it: 'sends such an address where the provider is set up for it',
    request: { model: nova, additionalModelRequestFields: { source: 's3://b/c.png' } },
    options: { s3Media: true },
    sends: { additionalModelRequestFields: { source: 's3://b/c.png' } },
  },
  fromS3(
    becomes(
      'says an s3:// address to Nova',
      nova,
      [a, image('s3://bucket-1/cats/cat.JPG')],
      [{ text: 'a' }, { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket-1/cats/cat.JPG' } } } }],
    ),
  ),
  fromS3(
    refuses(
      'refuses an s3:// address for Claude',
      sonnet45,
      [a, image('s3://bucket-1/cat.png')],
      /Claude Sonnet 4.5 takes no s3:\/\/ addresses.*such as Nova/,
    ),
  ),
  fromS3(
    refuses(
      'refuses an s3:// address that says no type',
      nova,
      [a, image('s3://bucket-1/cat')],
      /without a known extension/,
    ),
  ),
  fromS3(
    refuses('refuses an s3: address that is none', nova, [a, image('s3://B/cat.png')], /an s3: address that is none/),
  ),
  refuses(
    'refuses a web address',
    sonnet45,
    [a, image('https://images.test/cat.png')],
    /by its address; send its bytes as a data: URL/,
  ),
  refuses(
    'refuses a format that Bedrock does not know',
    sonnet45,
    [a, image('data:image/avif;base64,AAAA')],
    /'image\/avif'; send PNG, JPEG, GIF or WebP/,
  ),
  refuses('refuses a malformed data: URL', sonnet45, [a, image('data:image/png;base64')], /malformed/),
  refuses('refuses what is no base64', sonnet45, [a, image('data:image/png;base64,%%%%')], /no base64/),
  refuses('refuses no address at all', sonnet45, [a, image('')], /without an address/),
  refuses(
    'refuses a PDF as an image, and says where it goes',
    sonnet45,
    [a, image('data:application/pdf;base64,QUJD')],
    /'application\/pdf' as an image_url; send it as a part of type file/,
  ),
  becomes(
    'says an image of 3.75 MB',
    sonnet45,
    [a, image(dataUrl('image/png', heavyPng(3)))],
    [{ text: 'a' }, { image: { format: 'png' } }],
  ),
  refuses(
    'refuses an image above 3.75 MB',
    sonnet45,
    [a, image(dataUrl('image/png', heavyPng(4)))],
    /an image of at most 3.75 MB, not 4.00 MB/,
  ),
  ...[nova, 'us.openai.gpt-6-astra', 'mistral.mistral-large-3-675b-instruct'].map(model =>
    becomes(
      `says a heavier image to ${model}`,
      model,
      [a, image(dataUrl('image/png', heavyPng(4)))],
      [{ text: 'a' }, { image: { format: 'png' } }],
    ),
  ),
  ...(
    [
      [sonnet45, 100],
      ['us.anthropic.claude-sonnet-5', 101],
      [nova, 101],
      ['us.mistral.pixtral-large-2502-v1:0', 101],
      ['us.openai.gpt-6-astra', 101],
      ['us.meta.llama4-maverick-17b-instruct-v1:0', 8],
      ['us.meta.llama3-2-90b-instruct-v1:0', 1],
    ] as const
  ).map(([model, count]) =>
    becomes(
      `says ${count} images to ${model}`,
      model,
      [a, ...several(count, () => image())],
      [{ text: 'a' }, ...several(count, () => image()).map(() => png)],
    ),
  ),
  ...(
    [
      [sonnet45, 100],
      ['us.anthropic.claude-sonnet-5', 600],
      ['us.meta.llama4-maverick-17b-instruct-v1:0', 8],
      ['us.meta.llama3-2-90b-instruct-v1:0', 1],
    ] as const
  ).map(([model, most]) =>
    refuses(
      `refuses an image beyond ${most} for ${model}`,
      model,
      [a, ...several(most + 1, () => image())],
      new RegExp(`takes at most ${most} in one request; leave out older images`),
    ),
  ),
])
