import { put } from '../edit-json.ts'
import { ask, models } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const guardrail = { guardrailIdentifier: 'gr1', guardrailVersion: '1' }
const guarded = { guardrail_config: guardrail }

/** Wrong steps in what Bedrock is told beside the chat. */
export const extensionSteps: WrongTranslations = {
  'request-metadata': {
    wrong: 'puts the prompt into requestMetadata',
    request: ask({ request_metadata: { team: 'blue' } }),
    step: inBody(put('requestMetadata.prompt', 'What now?')),
  },
  'request-metadata-count': {
    wrong: 'passes on every pair of metadata',
    request: ask({ request_metadata: { team: 'blue' } }),
    step: inBody(
      put(
        'requestMetadata',
        Object.fromEntries(Array.from({ length: 17 }, (_none, index) => [`key${index}`, 'value'])),
      ),
    ),
  },
  'performance-latency': {
    wrong: 'says fast for optimized',
    request: ask({ performance_config: { latency: 'optimized' } }),
    step: inBody(put('performanceConfig.latency', 'fast')),
  },
  'service-tier': {
    wrong: "passes on OpenAI's tier auto",
    request: ask({ service_tier: 'auto' }),
    step: inBody(put('serviceTier', { type: 'auto' })),
  },
  'guardrail-unsupported': {
    wrong: 'guards a model that takes no guardrail',
    request: ask({ model: models.commandR }),
    step: inBody(put('guardrailConfig', guardrail)),
  },
  'guardrail-stream-mode': {
    wrong: 'makes up a way to guard a stream',
    request: ask({ ...guarded, stream: true }),
    step: inBody(put('guardrailConfig.streamProcessingMode', 'buffered')),
  },
  'response-paths': {
    wrong: 'asks for a response field by its name instead of a pointer',
    request: ask(),
    step: inBody(put('additionalModelResponseFieldPaths', ['stop_sequence'])),
  },
  'response-paths-unsupported': {
    wrong: "asks every model for Claude's stop sequence",
    request: ask({ model: models.nova, stop: ['END'] }),
    step: inBody(put('additionalModelResponseFieldPaths', ['/delta/stop_sequence'])),
  },
  'native-key': {
    wrong: "says top_k in Claude's way to every model",
    request: ask({ model: models.nova, top_k: 5 }),
    step: inBody(put('additionalModelRequestFields', { top_k: 5 })),
  },
  'anthropic-beta': {
    wrong: "passes on Anthropic's beta header as it is",
    request: ask(),
    step: inBody(put('additionalModelRequestFields', { anthropic_beta: 'context-1m-2025-08-07' })),
  },
}
