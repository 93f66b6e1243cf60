import { NATIVE_RULES } from '../../packages/simulator/src/bedrock/native-rules.ts'
import { RULES } from '../../packages/simulator/src/bedrock/rules/rule-table.ts'
import { CHAT_RULES } from '../../packages/simulator/src/openai/chat-rules.ts'
import type { Suite } from './check-rules.ts'
import { attachmentSteps } from './wrong/attachment-steps.ts'
import { chatSteps } from './wrong/chat-steps.ts'
import { effortSteps } from './wrong/effort-steps.ts'
import { extensionSteps } from './wrong/extension-steps.ts'
import { historySteps } from './wrong/history-steps.ts'
import { mediaSteps } from './wrong/media-steps.ts'
import { messageSteps } from './wrong/message-steps.ts'
import { nativeSteps } from './wrong/native-steps.ts'
import { recordingSteps } from './wrong/recording-steps.ts'
import { requestSteps } from './wrong/request-steps.ts'
import { structuredOutputSteps } from './wrong/structured-output-steps.ts'
import { thinkingSteps } from './wrong/thinking-steps.ts'
import { toolSteps } from './wrong/tool-steps.ts'

/** All rules of the simulator, with a translator made wrong on purpose for each. */
export const suites: readonly Suite[] = [
  {
    lane: 'Converse',
    rules: RULES.map(({ id }) => id),
    wrong: {
      ...requestSteps,
      ...extensionSteps,
      ...messageSteps,
      ...historySteps,
      ...mediaSteps,
      ...attachmentSteps,
      ...recordingSteps,
      ...toolSteps,
      ...structuredOutputSteps,
      ...effortSteps,
      ...thinkingSteps,
    },
  },
  { lane: 'InvokeModel', rules: NATIVE_RULES.map(({ id }) => id), wrong: nativeSteps },
  { lane: 'chat', rules: CHAT_RULES.map(({ id }) => id), wrong: chatSteps },
]
