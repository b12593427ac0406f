// Runs in CloudFront (cloudfront-js-2.0). Sign-in pages keep cookies, which belong to the host of those pages: whoever asks
// for a code here goes on there, with the query as it came. Everything else below /oauth2 is passed on.
var SIGN_IN_URL = '__SIGN_IN_URL__'

// biome-ignore lint/correctness/noUnusedVariables: the name is CloudFront's
function handler(event) {
  var request = event.request
  if (request.uri !== '/oauth2/authorize') return request
  var pairs = []
  Object.keys(request.querystring).forEach((name) => {
    var entry = request.querystring[name]
    var values = entry.multiValue || [entry]
    values.forEach((each) => {
      pairs.push(`${name}=${each.value}`)
    })
  })
  var query = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: {
      location: { value: SIGN_IN_URL + request.uri + query },
      'cache-control': { value: 'no-store' },
    },
  }
}
