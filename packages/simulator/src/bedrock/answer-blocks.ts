import type { Reply, ToolCall } from '../brain/prompt.ts'
import { arrayOf, type JsonObject, pick, stringOf } from '../json.ts'
import type { ConverseRequest } from './converse-request.ts'
import { encryptedThought, signatureFor } from './reasoning-marks.ts'
import type { Triggers } from './triggers.ts'

/** One content block of an answer, whole or streamed. */
export type AnswerBlock =
  | { readonly kind: 'reasoning'; readonly text: string; readonly signature: string | undefined }
  | { readonly kind: 'redacted'; readonly data: string }
  | { readonly kind: 'text'; readonly text: string; readonly citations: readonly JsonObject[] }
  | { readonly kind: 'tool'; readonly call: ToolCall; readonly server: boolean }
  | { readonly kind: 'server-result'; readonly id: string; readonly text: string }

const PREAMBLE = 'Let me look that up.'

/** The blocks of an answer in the order the model wrote them: reasoning, what Bedrock ran itself, text, tool calls. */
export function answerBlocks(request: ConverseRequest, reply: Reply, triggers: Triggers): readonly AnswerBlock[] {
  const text = triggers.has('preamble') && reply.text === '' ? PREAMBLE : reply.text
  const searched = triggers.has('search') && offersSearch(request)
  const citations = searched ? [webCitation] : documentCitations(request)
  return [
    ...reasoningBlocks(request, reply, triggers),
    ...(searched ? searchBlocks : []),
    ...(text === '' ? [] : [{ kind: 'text' as const, text, citations }]),
    ...reply.toolCalls.map(call => ({
      kind: 'tool' as const,
      call: triggers.has('no-id') ? { ...call, id: '' } : call,
      server: false,
    })),
  ]
}

/** Only Claude signs its thoughts; some models give them encrypted only. */
function reasoningBlocks({ model }: ConverseRequest, { reasoning }: Reply, triggers: Triggers): readonly AnswerBlock[] {
  if (reasoning === '') return []
  const data = encryptedThought(model.provider, reasoning)
  if (model.encryptsReasoning) return [{ kind: 'redacted', data }]
  const signature = model.claude ? signatureFor(reasoning) : undefined
  const open: AnswerBlock = { kind: 'reasoning', text: reasoning, signature }
  return model.claude && triggers.has('redacted') ? [open, { kind: 'redacted', data }] : [open]
}

const webCitation: JsonObject = {
  title: 'A page of the simulated web',
  sourceContent: [{ text: 'What the page says.' }],
  location: { web: { url: 'https://example.com/page', domain: 'example.com' } },
}
const searchBlocks: readonly AnswerBlock[] = [
  {
    kind: 'tool',
    server: true,
    call: { id: 'tooluse_server_0000000000', name: 'nova_grounding', input: { query: 'the prompt' } },
  },
  { kind: 'server-result', id: 'tooluse_server_0000000000', text: 'One page was found.' },
]

function offersSearch({ tools }: ConverseRequest): boolean {
  return tools.some(tool => pick(tool, 'systemTool', 'name') === 'nova_grounding')
}

/** One for each document that the request wants cited. */
function documentCitations({ allBlocks }: ConverseRequest): readonly JsonObject[] {
  const documents = allBlocks.filter(({ block }) => block.document !== undefined)
  return documents.flatMap(({ block }, documentIndex) =>
    pick(block, 'document', 'citations', 'enabled') === true
      ? [
          {
            title: stringOf(pick(block, 'document', 'name')) ?? '',
            sourceContent: [{ text: stringOf(pick(block, 'document', 'source', 'text')) ?? 'A sentence.' }],
            location: { documentChar: { documentIndex, start: 0, end: 10 } },
          },
        ]
      : [],
  )
}

/** Whether a guardrail is set and the prompt trips it. */
export function isBlocked({ body }: ConverseRequest, triggers: Triggers): boolean {
  return body.guardrailConfig !== undefined && triggers.has('guardrail')
}

/** What a guardrail says in place of the model. */
export const BLOCKED = 'Sorry, the model cannot answer this question.'

/** What the guardrail found, for those who asked to be told. */
export function guardrailTrace({ body }: ConverseRequest): JsonObject | undefined {
  const { guardrailConfig } = body
  if (!arrayOf(['enabled', 'enabled_full']).includes(pick(guardrailConfig, 'trace'))) return undefined
  const topics = [{ name: 'what the prompt was marked with', type: 'DENY', action: 'BLOCKED' }]
  const id = stringOf(pick(guardrailConfig, 'guardrailIdentifier')) ?? 'guardrail'
  return { guardrail: { inputAssessment: { [id]: { topicPolicy: { topics } } }, actionReason: 'Guardrail blocked.' } }
}
