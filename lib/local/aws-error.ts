/** A refusal as the SDKs expect it: named in the body for JSON protocols and in a header for REST. */
export class AwsError extends Error {
  readonly status: number
  readonly type: string
  /** The shape's namespace, where the service gives one. */
  readonly namespace: string
  constructor(status: number, type: string, message: string, namespace = 'com.amazon.coral.service') {
    super(message)
    this.status = status
    this.type = type
    this.namespace = namespace
  }
}

/** Throws unless the caller's role allows the action. */
export type Authorize = (action: string, resource: string) => void
