import { arrayOf, pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import { type Rule, when } from './rule.ts'

const findAt = (places: readonly BlockAt[], test: (place: BlockAt) => boolean) => places.find(test)?.at
const last = ({ messages }: ConverseRequest) => messages.at(-1)

/** Rules about turns and the text in them. */
export const MESSAGE_RULES: readonly Rule[] = [
  {
    id: 'messages-missing',
    check: when(({ messages }) => messages.length === 0),
    message:
      'A conversation must start with a user message. Try again with a conversation that includes a user message.',
  },
  {
    id: 'message-role',
    check: ({ messages }) => {
      const at = messages.findIndex(({ role }) => role !== 'user' && role !== 'assistant')
      return at < 0 ? undefined : String(at)
    },
    message:
      "1 validation error detected: Value at 'messages.{}.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]",
  },
  {
    id: 'first-message-user',
    applies: ({ model }) => !model.leadingAssistant,
    check: when(({ messages }) => messages[0]?.role === 'assistant'),
    message:
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  },
  {
    id: 'alternation',
    check: when(({ messages }) => messages.some((message, index) => message.role === messages[index - 1]?.role)),
    message:
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
  },
  {
    id: 'single-turn',
    applies: ({ model }) => !model.multiTurn,
    check: when(({ messages }) => messages.length > 1),
    message:
      "This model doesn't support conversation history. Try again with input that only includes one user message.",
  },
  {
    id: 'prefill',
    applies: ({ model }) => !model.prefill,
    check: when(request => last(request)?.role === 'assistant'),
    message:
      'The model returned the following errors: This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  {
    id: 'content-empty',
    check: ({ messages }) => {
      const at = messages.findIndex(message => arrayOf(message.content).length === 0)
      return at < 0 ? undefined : String(at)
    },
    message:
      'The content field in the Message object at messages.{} is empty. Add a ContentBlock object to the content field and try again.',
  },
  {
    id: 'text-blank',
    check: ({ blocks }) => findAt(blocks, ({ block }) => stringOf(block.text)?.trim() === ''),
    message: 'The text field in the ContentBlock object at {} is blank. Add text to the text field, and try again.',
  },
  {
    id: 'trailing-whitespace',
    applies: ({ model }) => model.claude,
    check: when(request => {
      const final = last(request)
      return final?.role === 'assistant' && /\s$/.test(stringOf(pick(arrayOf(final.content).at(-1), 'text')) ?? '')
    }),
    message:
      'The model returned the following errors: messages: final assistant content cannot end with trailing whitespace',
  },
]
