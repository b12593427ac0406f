import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { OperatorContext } from './caller.ts'
import { isKnown } from './conditional.ts'
import { ENDPOINTS } from './endpoints.ts'
import { otherMethods, type Router } from './methods.ts'
import { openApiDocument } from './openapi.ts'
import { PERSONAL_SCOPES, type SignIn } from './sign-in.ts'

const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'oauth2-redirect.html': 'text/html; charset=utf-8',
  'oauth2-redirect.js': 'text/javascript; charset=utf-8',
} as const

/** Reads one of Swagger UI's files, wherever they lie. */
export type Documentation = (file: keyof typeof FILES) => Promise<Uint8Array>

/** Nothing from elsewhere, nothing inline; tokens may be fetched where they are. */
const contentSecurityPolicy = ({ url, issuerUrl }: SignIn) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...[url ?? issuerUrl ?? []].flat().map((each) => new URL(each).origin)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const page = (base: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Busbar operator API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/start.js"></script>
</body>
</html>
`

const script = (base: string, { clientId }: SignIn) => `const ui = SwaggerUIBundle({
  url: '${base}/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  oauth2RedirectUrl: location.origin + '${base}/docs/oauth2-redirect.html',
})
ui.initOAuth({
  clientId: ${JSON.stringify(clientId ?? '')},
  scopes: ${JSON.stringify(Object.keys(PERSONAL_SCOPES))},
  usePkceWithAuthorizationCodeGrant: true,
})
`

interface Resource {
  type: string
  bytes: Buffer
  etag: string
  zipped: Buffer
}

const zip = promisify(gzip)

async function resource(type: string, content: string | Uint8Array): Promise<Resource> {
  const bytes = Buffer.from(content)
  return {
    type,
    bytes,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`,
    zipped: await zip(bytes),
  }
}

/** The documentation, which needs no token: the document, and Swagger UI to read it with. */
export function documentationRoutes(
  app: Router,
  basePath: string,
  read: Documentation,
  signIn: SignIn,
): void {
  const policy = contentSecurityPolicy(signIn)
  const make: Record<string, () => Promise<Resource>> = {
    '/openapi.json': () => {
      const document = openApiDocument(
        ENDPOINTS.map(({ spec }) => spec),
        basePath,
        signIn,
      )
      return resource('application/json', JSON.stringify(document))
    },
    '/docs': () => resource('text/html; charset=utf-8', page(basePath)),
    '/docs/start.js': () => resource('text/javascript; charset=utf-8', script(basePath, signIn)),
  }
  for (const [file, type] of Object.entries(FILES) as [keyof typeof FILES, string][]) {
    make[`/docs/${file}`] = async () => resource(type, await read(file))
  }
  for (const [path, create] of Object.entries(make)) {
    let made: Promise<Resource> | undefined
    app.get(path, async (c) => {
      made ??= create().catch((error: unknown) => {
        made = undefined
        throw error
      })
      return send(c, await made, policy)
    })
    otherMethods(app, path, ['GET'])
  }
  app.get('/docs/', (c) => c.redirect(`${basePath}/docs`, 308))
}

function send(c: OperatorContext, { type, bytes, etag, zipped }: Resource, policy: string): Response {
  const headers = {
    ETag: etag,
    'Cache-Control': 'public, max-age=3600',
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Encoding',
  }
  if (isKnown(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  const zippedIsFine = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
    c.req.header('accept-encoding') ?? '',
  )
  const body = new Uint8Array(zippedIsFine ? zipped : bytes)
  return new Response(body, {
    headers: { ...headers, 'Content-Type': type, ...(zippedIsFine ? { 'Content-Encoding': 'gzip' } : {}) },
  })
}
