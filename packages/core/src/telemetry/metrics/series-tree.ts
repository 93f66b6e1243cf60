import type { CallLabels } from './metrics-snapshot.ts'

type Branch<T> = Map<string, T>
type Tree<T> = Branch<Branch<Branch<Branch<Branch<Branch<T>>>>>>

/** Series by their labels. Looking one up makes no text: a string that was hashed once is found without reading it again. */
export class SeriesTree<T> {
  readonly all: T[] = []
  private readonly root: Tree<T> = new Map()
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  find({ tenant, tier, route, provider, model, operation }: CallLabels): T | undefined {
    return this.root.get(tenant)?.get(tier)?.get(route)?.get(provider)?.get(model)?.get(operation)
  }

  /** `undefined` where there are as many as there may be. */
  findOrAdd(labels: CallLabels, make: (labels: CallLabels) => T): T | undefined {
    return this.find(labels) ?? (this.all.length < this.most ? this.add(labels, make) : undefined)
  }

  /** Beyond the bound, too: for labels of which there can be only a few. */
  findOrForce(labels: CallLabels, make: (labels: CallLabels) => T): T {
    return this.find(labels) ?? this.add(labels, make)
  }

  private add(labels: CallLabels, make: (labels: CallLabels) => T): T {
    const { tenant, tier, route, provider, model, operation } = labels
    const made = make(labels)
    const byTier = branch(this.root, tenant)
    const byProvider = branch(branch(byTier, tier), route)
    branch(branch(byProvider, provider), model).set(operation, made)
    this.all.push(made)
    return made
  }
}

function branch<T>(tree: Map<string, Map<string, T>>, name: string): Map<string, T> {
  let found = tree.get(name)
  if (!found) {
    found = new Map()
    tree.set(name, found)
  }
  return found
}
