// Runs in CloudFront (cloudfront-js-2.0) and, read from the template, in the local runtime. A charge point dials
// /ocpp/<identity> (OCPP-J 1.6 §3.1.1); API Gateway's WebSocket APIs take no path, so the identity becomes ?cp=, encoded
// anew, for a path may hold & and + as they are. Whatever query the client sent is dropped: nobody names himself another way.
// No identity has control characters, or more than 255 others: an authorizer cannot even say so, whose answer has 8 KB.
// biome-ignore lint/correctness/noUnusedVariables: the name is CloudFront's
function handler(event) {
  var request = event.request
  var match = /^\/+ocpp\/+([^/]+)\/*$/.exec(request.uri)
  if (!match) return { statusCode: 404, statusDescription: 'Not Found' }
  var identity
  try {
    identity = decodeURIComponent(match[1])
  } catch (_) {
    return { statusCode: 400, statusDescription: 'Bad Request' }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (identity.length > 255 || /[\u0000-\u001f\u007f]/.test(identity))
    return { statusCode: 404, statusDescription: 'Not Found' }
  request.uri = '/'
  request.querystring = { cp: { value: encodeURIComponent(identity) } }
  return request
}
