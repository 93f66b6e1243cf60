import type { Template } from 'aws-cdk-lib/assertions'
import { propertiesOf, type Resource } from './synthesised.ts'

/** `AiModelGateway Calls environment=dev,service=modelgate` */
function metricText(namespace: string, name: string, dimensions: readonly (readonly [string, string])[]): string {
  const sorted = dimensions.map(([dimension, value]) => `${dimension}=${value}`).sort()
  return `${namespace} ${name} ${sorted.join(',')}`
}

/** Every metric that a dashboard or an alarm of a template asks for, once; what it imports is looked up in the other template. */
export function watchedMetrics(template: Template, exporting: Template): string[] {
  const resolved = resolver(exporting)
  const ofDashboards = propertiesOf(template, 'AWS::CloudWatch::Dashboard').flatMap(({ DashboardBody }) =>
    graphMetrics(JSON.parse(resolved(DashboardBody)) as DashboardBody),
  )
  const ofAlarms = propertiesOf(template, 'AWS::CloudWatch::Alarm').flatMap(each => alarmMetrics(each, resolved))
  return [...new Set([...ofDashboards, ...ofAlarms])]
}

/** Every metric in lines of CloudWatch's embedded format. */
export function emittedMetrics(lines: readonly string[]): ReadonlySet<string> {
  const parsed = lines.filter(line => line.includes('"_aws"')).map(line => JSON.parse(line) as EmfLine)
  return new Set(
    parsed.flatMap(line =>
      line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap(names =>
          Metrics.filter(({ Name }) => line[Name] !== undefined).map(({ Name }) =>
            metricText(
              Namespace,
              Name,
              names.map(name => [name, String(line[name])]),
            ),
          ),
        ),
      ),
    ),
  )
}

interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
  readonly [name: string]: unknown
}

interface DashboardBody {
  readonly widgets: readonly { readonly properties: { readonly metrics?: readonly (readonly unknown[])[] } }[]
}

/** A row is namespace, name, pairs of dimensions, options; one that computes has options alone. */
function graphMetrics({ widgets }: DashboardBody): string[] {
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map(row => row.filter(part => typeof part === 'string'))
    .filter(([namespace]) => namespace !== undefined)
    .map(([namespace = '', name = '', ...pairs]) =>
      metricText(
        namespace,
        name,
        pairs.flatMap((dimension, at) => (at % 2 === 0 ? [[dimension, pairs[at + 1] ?? ''] as const] : [])),
      ),
    )
}

interface AlarmMetric {
  readonly Namespace?: string
  readonly MetricName?: string
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[]
}

function alarmMetrics(properties: Readonly<Record<string, unknown>>, resolved: (value: unknown) => string): string[] {
  const parts = (properties.Metrics ?? []) as readonly { readonly MetricStat?: { readonly Metric: AlarmMetric } }[]
  const all: AlarmMetric[] = [properties, ...parts.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))]
  return all
    .filter(({ MetricName }) => MetricName !== undefined)
    .map(({ Namespace = '', MetricName = '', Dimensions = [] }) =>
      metricText(
        Namespace,
        MetricName,
        Dimensions.map(({ Name, Value }) => [Name, resolved(Value)]),
      ),
    )
}

interface Exporting {
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>
  readonly Resources: Readonly<Record<string, Resource>>
}

interface Reference {
  readonly Ref?: string
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]]
  readonly 'Fn::ImportValue'?: string
}

/** Texts as CloudFormation would make them: a reference to a resource that has a name is that name. */
function resolver(exporting: Template): (value: unknown) => string {
  const { Outputs = {}, Resources } = exporting.toJSON() as Exporting
  const exported = new Map(Object.values(Outputs).map(({ Export, Value }) => [Export?.Name, Value]))
  const nameOf = (id: string): string => {
    const { FunctionName, TableName, Name } = Resources[id]?.Properties ?? {}
    const name = FunctionName ?? TableName ?? Name
    return typeof name === 'string' ? name : id
  }
  return function resolved(value: unknown): string {
    if (typeof value === 'string') return value
    const { 'Fn::Join': join, 'Fn::ImportValue': imported, Ref = '' } = value as Reference
    if (join) return join[1].map(resolved).join('')
    return imported === undefined ? nameOf(Ref) : resolved(exported.get(imported))
  }
}
