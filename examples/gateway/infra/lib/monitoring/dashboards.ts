import { Dashboard, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

/** Some graphs beside each other: what each is called, and what it shows. */
export type DashboardRow = Readonly<Record<string, readonly IMetric[]>>

/** A dashboard of rows. */
export function dashboard(scope: Construct, dashboardName: string, rows: readonly DashboardRow[]): Dashboard {
  return new Dashboard(scope, dashboardName, { dashboardName, widgets: rows.map(widgetsOf) })
}

const columns = 24

function widgetsOf(row: DashboardRow): IWidget[] {
  const graphs = Object.entries(row)
  return graphs.map(
    ([title, left]) =>
      new GraphWidget({ title, left: [...left], width: Math.floor(columns / graphs.length), height: 6 }),
  )
}
