import * as z from 'zod'
import { component, optional } from './component.ts'
import { responsesToolSchema } from './responses-tool-schema.ts'

const inputText = component('InputText', z.object({ type: z.enum(['input_text', 'output_text']), text: z.string() }))

export const outputRefusalSchema = component(
  'OutputRefusal',
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
)

const inputImage = component(
  'InputImage',
  z.object({
    type: z.literal('input_image'),
    image_url: z.string().describe('An `https:` address, or a `data:` URL with base64.'),
    detail: optional(z.enum(['auto', 'low', 'high', 'original']).nullable()),
  }),
)

const inputFile = component(
  'InputFile',
  z.object({
    type: z.literal('input_file'),
    file_data: optional(z.string().describe('A `data:` URL with base64.')),
    file_id: optional(z.string().nullable()),
    filename: optional(z.string()),
  }),
  { description: 'A document. `file_url` is refused: no file is fetched here.' },
)

const inputSound = component(
  'InputSound',
  z.object({
    type: z.literal('input_audio'),
    input_audio: z.object({ data: z.string().describe('Bare base64.'), format: z.enum(['wav', 'mp3']) }),
  }),
)

const inputPart = component('InputPart', z.union([inputText, outputRefusalSchema, inputImage, inputFile, inputSound]))
const content = z.union([z.string(), z.array(inputPart)])
const callId = z.string().describe('The `call_id` that the model gave its call.')

const inputMessage = component(
  'InputMessage',
  z.object({
    type: optional(z.literal('message')),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content,
  }),
)

const reasoningInput = component(
  'ReasoningInput',
  z.object({
    type: z.literal('reasoning'),
    id: optional(z.string()),
    encrypted_content: optional(z.string().nullable()),
  }),
  {
    description:
      'What the model thought, sent back as it stood in an answer of this gateway; that of others is left out.',
  },
)

const namespace = optional(z.string().nullable())

const functionCallInput = component(
  'FunctionCallInput',
  z.object({
    type: z.literal('function_call'),
    call_id: callId,
    namespace,
    name: z.string(),
    arguments: z.string().describe('JSON text as the model wrote it.'),
  }),
)

const functionCallOutput = component(
  'FunctionCallOutput',
  z.object({ type: z.literal('function_call_output'), call_id: callId, output: content }),
)

const customCallInput = component(
  'CustomToolCallInput',
  z.object({ type: z.literal('custom_tool_call'), call_id: callId, namespace, name: z.string(), input: z.string() }),
)

const customCallOutput = component(
  'CustomToolCallOutput',
  z.object({ type: z.literal('custom_tool_call_output'), call_id: callId, output: content }),
)

const toolSearchCall = component(
  'ToolSearchCallInput',
  z.object({
    type: z.literal('tool_search_call'),
    call_id: callId,
    execution: z.literal('client'),
    arguments: z.unknown(),
  }),
)

const toolSearchOutput = component(
  'ToolSearchOutput',
  z.object({ type: z.literal('tool_search_output'), call_id: callId, tools: z.array(responsesToolSchema) }),
)

const additionalTools = component(
  'AdditionalTools',
  z.object({ type: z.literal('additional_tools'), role: z.literal('developer'), tools: z.array(responsesToolSchema) }),
)

/** One item of a conversation. */
export const inputItemSchema = component(
  'InputItem',
  z.union([
    inputMessage,
    reasoningInput,
    functionCallInput,
    functionCallOutput,
    customCallInput,
    customCallOutput,
    toolSearchCall,
    toolSearchOutput,
    additionalTools,
  ]),
  {
    description:
      "One item of a conversation; an answer's own `output` goes back as it came. `item_reference`, and items of tools that OpenAI runs itself, are refused: nothing is kept here that they could refer to.",
    example: { role: 'user', content: [{ type: 'input_text', text: 'Say exactly: hello' }] },
  },
)
