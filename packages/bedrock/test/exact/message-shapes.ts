import type { ChatMessage, ContentPart, FunctionTool } from '@modelgate/core'
import { images } from '../images.ts'

export const user = (content: string | ContentPart[]): ChatMessage => ({ role: 'user', content })
export const said = (content: string): ChatMessage => ({ role: 'assistant', content })

/** A turn with a call of the tool `f` for each id. */
export const calls = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map(id => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } })),
})

/** What the tool gave for a call; core lets parts of any kind pass. */
export const result = (tool_call_id: string, content: string | readonly ContentPart[] = 'done'): ChatMessage => ({
  role: 'tool',
  tool_call_id,
  content: content as string,
})

export const f: FunctionTool = {
  type: 'function',
  function: { name: 'f', parameters: { type: 'object', properties: {} } },
}

export const text = (value: string): ContentPart => ({ type: 'text', text: value })
export const image = (url = `data:image/png;base64,${images.png}`): ContentPart => ({
  type: 'image_url',
  image_url: { url },
})
/** A file of three bytes. */
export const file = (mediaType: string, filename?: string): ContentPart => ({
  type: 'file',
  file: { file_data: `data:${mediaType};base64,QUJD`, ...(filename !== undefined && { filename }) },
})
export const sound = (format: string): ContentPart => ({
  type: 'input_audio',
  input_audio: { data: 'QUJD', format: format as 'wav' },
})

/** The same as Converse says them. */
export const png = { image: { format: 'png', source: { bytes: images.png } } }
export const filler = { role: 'user', content: [{ text: '.' }] }
export const document = (format: string, name: string) => ({
  document: { format, name, source: { bytes: 'QUJD' } },
})
export const use = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'f', input: { a: 1 } } })
export const answer = (toolUseId: string, ...content: object[]) => ({
  toolResult: { toolUseId, content: content.length > 0 ? content : [{ text: 'done' }] },
})
