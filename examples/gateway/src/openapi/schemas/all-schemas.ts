import './batch-schema.ts'
import './budget-schema.ts'
import './chat-request-schema.ts'
import './chat-completion-schema.ts'
import './configuration-schema.ts'
import './document-schema.ts'
import './event-schema.ts'
import './health-schema.ts'
import './key-schema.ts'
import './model-schema.ts'
import './request-record-schema.ts'
import './response-event-schema.ts'
import './responses-request-schema.ts'
import { componentSchemas } from './component.ts'

/** Every schema of the document, by name. */
export function allSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return componentSchemas()
}
