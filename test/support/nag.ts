import { readFileSync } from 'node:fs'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'

const CONTEXT = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context

/** An app as `cdk.json` makes it, which cdk-nag looks at too: its synthesis throws at the first finding. */
export function createCheckedApp(): App {
  const app = new App({ context: CONTEXT })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}

/** What a failed synthesis has found: rule and construct. */
export function findingsOf({ outdir }: App): string[] {
  const { pluginReports } = JSON.parse(readFileSync(`${outdir}/validation-report.json`, 'utf8')) as {
    pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath?: string }[] }[] }[]
  }
  return pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  )
}
