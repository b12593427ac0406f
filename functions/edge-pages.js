// Runs in CloudFront (cloudfront-js-2.0) and, read from the template, in the local runtime. The console is one page with many
// addresses: whatever names no file of its own is that page. An identity in a path may have a dot in it, so files are known
// by where they are: below /assets, or at the top with an extension.
// biome-ignore lint/correctness/noUnusedVariables: the name is CloudFront's
function handler(event) {
  var request = event.request
  if (!/^\/(assets\/.+|[^/]+\.[A-Za-z0-9]+)$/.test(request.uri)) request.uri = '/index.html'
  return request
}
