/** The part of a construct that this looks at; a CDK `App` is one. */
export interface ConstructTree {
  readonly node: {
    readonly path: string
    readonly metadata: readonly { readonly type: string; readonly data: unknown }[]
    findAll(): readonly ConstructTree[]
  }
}

/** A finding of cdk-nag that an app lives with. */
export interface Acknowledgement {
  readonly path: string
  readonly id: string
  readonly reason: string
}

/** All findings that an app acknowledges by `Validations.of(…).acknowledge(…)`. Each must have a reason that somebody can judge. */
export function acknowledgements(app: ConstructTree): Acknowledgement[] {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
        .flatMap(({ data }) => reasonsIn(data).map(([id, reason]) => ({ path: node.path, id, reason }))),
    )
}

function reasonsIn(data: unknown): [string, string][] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).map(([id, reason]) => [id, typeof reason === 'string' ? reason : JSON.stringify(reason)])
}
