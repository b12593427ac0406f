import { fileURLToPath } from 'node:url'
import { FunctionCode, Function as FunctionOfCloudFront, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'

/** The rewriting of `/ocpp/<identity>` to `?cp=<identity>` that API Gateway needs done before it. */
export function createEdgeFunction(scope: Construct): FunctionOfCloudFront {
  return new FunctionOfCloudFront(scope, 'EdgeFunction', {
    code: FunctionCode.fromFile({
      filePath: fileURLToPath(new URL('../../functions/edge.js', import.meta.url)),
    }),
    runtime: FunctionRuntime.JS_2_0,
    comment: 'OCPP: /ocpp/<identity> to ?cp=<identity>',
  })
}
