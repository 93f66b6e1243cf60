import * as z from 'zod'
import { members } from './members.ts'
import { url } from './provider-schema.ts'

/** Where the app's own log, its metrics and its traces go. */
export const telemetrySchema = members({
  logFormat: z
    .enum(['text', 'json'])
    .optional()
    .meta({
      description: 'How standard error is written: sentences, or one JSON object a line. LOG_FORMAT overrides it.',
      default: 'text',
      examples: ['json'],
    }),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .optional()
    .meta({
      description: 'The least that a log in JSON keeps; debug tells of every call. LOG_LEVEL overrides it.',
      default: 'info',
      examples: ['debug'],
    }),
  metrics: z
    .enum(['emf'])
    .optional()
    .meta({
      description: "emf writes metrics to standard output in CloudWatch's embedded format. METRICS overrides it.",
      examples: ['emf'],
    }),
  maxBudgets: z
    .int()
    .min(0)
    .max(1_000)
    .optional()
    .meta({
      description:
        'With metrics: budgets that get a line of their own, those that are used up the most; CloudWatch charges both metrics of each. METRICS_MAX_BUDGETS overrides it.',
      default: 0,
      examples: [10],
    }),
  otlpEndpoint: url.optional().meta({
    description:
      'Base URL of an OpenTelemetry collector, which gets spans and metrics over OTLP/HTTP. OTEL_EXPORTER_OTLP_ENDPOINT overrides it.',
    examples: ['http://localhost:4318'],
  }),
  serviceName: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'As which the gateway stands in metrics and traces. OTEL_SERVICE_NAME overrides it.',
      default: 'modelgate',
      examples: ['llm-gateway'],
    }),
})
