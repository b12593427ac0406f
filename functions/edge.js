// Runs in CloudFront (cloudfront-js-2.0) and, read from the template, in the local runtime. A charge point dials
// /ocpp/<identity> (OCPP-J 1.6 §3.1.1); API Gateway's WebSocket APIs take no path, so the identity becomes ?cp=, encoded
// anew, for a path may hold & and + as they are. Whatever query the client sent is dropped: nobody names himself another way.
// biome-ignore lint/correctness/noUnusedVariables: the name is CloudFront's
function handler(event) {
  var request = event.request
  var match = /^\/+ocpp\/+([^/]+)\/*$/.exec(request.uri)
  if (!match) return { statusCode: 404, statusDescription: 'Not Found' }
  var identity
  try {
    identity = encodeURIComponent(decodeURIComponent(match[1]))
  } catch (_) {
    return { statusCode: 400, statusDescription: 'Bad Request' }
  }
  request.uri = '/'
  request.querystring = { cp: { value: identity } }
  return request
}
