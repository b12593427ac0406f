import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  Function as FunctionOfCloudFront,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'

/** The functions of the edge: their files, and what they do. */
const FUNCTIONS = {
  EdgeFunction: { file: 'edge.js', comment: 'OCPP: /ocpp/<identity> to ?cp=<identity>' },
  PagesFunction: { file: 'edge-pages.js', comment: 'The console: every page is index.html' },
  SignInFunction: { file: 'edge-sign-in.js', comment: '/oauth2/authorize goes on at the sign-in pages' },
} as const

/** Runs one of our functions on each request of a viewer. `values` stand in its code for `__NAME__`. */
export function onViewerRequest(
  scope: Construct,
  name: keyof typeof FUNCTIONS,
  values: Record<string, string> = {},
): FunctionAssociation[] {
  const { file, comment } = FUNCTIONS[name]
  const source = readFileSync(fileURLToPath(new URL(`../../../functions/${file}`, import.meta.url)), 'utf8')
  const code = Object.entries(values).reduce(
    (text, [placeholder, value]) => text.replaceAll(`__${placeholder}__`, value),
    source,
  )
  const created = new FunctionOfCloudFront(scope, name, {
    code: FunctionCode.fromInline(code),
    runtime: FunctionRuntime.JS_2_0,
    comment,
  })
  return [{ function: created, eventType: FunctionEventType.VIEWER_REQUEST }]
}
