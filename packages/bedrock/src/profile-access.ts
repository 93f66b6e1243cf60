import { GatewayError, type Handler, type Model, type Operation } from '@modelgate/core'
import { geoPrefixOf } from './model-id.ts'

/** By which kinds of inference profile models may be called and listed. */
export interface InferenceProfileAccess {
  /** AWS's own, which span regions: `us.…`, `eu.…`, `global.…`, and their ARNs. Default true. */
  readonly crossRegion?: boolean | undefined
  /** Those of an account, by their ARN. Default true. */
  readonly application?: boolean | undefined
}

/** Why a model's id may not be used, or `undefined` where it may. */
export type ProfileRefusal = (model: string) => string | undefined

/** The refusals of an access; `undefined` where nothing is refused, so that nothing has to be asked. */
export function profileRefusal({ crossRegion, application }: InferenceProfileAccess = {}): ProfileRefusal | undefined {
  if (crossRegion !== false && application !== false) return undefined
  return model => {
    if (application === false && /^arn:[^/]*:application-inference-profile\//.test(model)) {
      return 'application inference profiles are switched off here'
    }
    if (crossRegion === false && (geoPrefixOf(model) !== undefined || /^arn:[^/]*:inference-profile\//.test(model))) {
      return 'inference profiles that span regions are switched off here'
    }
    return undefined
  }
}

/** A handler that answers calls by a refused profile with 404, before anything is sent. */
export function refusingProfiles<O extends Operation>(
  handler: Handler<O>,
  refusal: ProfileRefusal | undefined,
): Handler<O> {
  if (!refusal) return handler
  return call => {
    const { model } = call.request
    const why = refusal(model)
    if (why === undefined) return handler(call)
    const message = `The model '${model}' cannot be called: ${why}; call the model by its own id.`
    return Promise.reject(new GatewayError('model_not_found', message))
  }
}

/** The models that calls may name. */
export function withoutRefused(models: readonly Model[], refusal: ProfileRefusal | undefined): readonly Model[] {
  return refusal ? models.filter(({ id }) => refusal(id) === undefined) : models
}
