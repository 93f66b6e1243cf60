import type { Call } from '../../contract.ts'

/** Stands where a call had none. */
export const noName = 'none'
/** Stands for all that would have been too many. */
export const otherName = 'other'

/** The values that one label may have: those known beforehand, and so many more. */
export class BoundedNames {
  private readonly names: Set<string>
  private readonly most: number

  constructor(known: Iterable<string>, maxMore: number) {
    this.names = new Set(known)
    this.most = this.names.size + maxMore
  }

  has(name: string): boolean {
    return this.names.has(name)
  }

  /** The name as a label. One that is new is learned only where `mayLearn` says that it is no caller's invention. */
  labelOf(name: string | undefined, mayLearn: boolean): string {
    if (name === undefined || name === '') return noName
    if (this.names.has(name)) return name
    if (!mayLearn || this.names.size >= this.most) return otherName
    this.names.add(name)
    return name
  }
}

/** The route of a call as a label: of one that was refused before a route was looked for, what it asked for where that is no caller's own text. */
export function routeOf({ request, context }: Call, routes: BoundedNames): string {
  return context.route ?? (routes.has(request.model) ? request.model : noName)
}
