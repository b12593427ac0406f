import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

const STYLE = `
:root { color-scheme: light dark; --ground: #f3f5f7; --card: #fff; --ink: #16202b; --soft: #566473; --line: #8290a0; --accent: #0b63c5; --on: #fff; --bad: #b3261e; --bad-ground: #fdeceb }
@media (prefers-color-scheme: dark) { :root { --ground: #0e141b; --card: #17202a; --ink: #e9eef4; --soft: #9fb0c0; --line: #6d7f92; --accent: #6cb2ff; --on: #08131f; --bad: #ffb4ab; --bad-ground: #3a1512 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 22rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px }
svg { display: block; width: 2.75rem; height: 2.75rem; color: var(--accent) }
h1 { margin: .75rem 0 .25rem; font-size: 1.375rem; line-height: 1.25 }
p { margin: 0 0 1.25rem; color: var(--soft) }
[role=alert] { padding: .625rem .75rem; border-radius: 8px; background: var(--bad-ground); color: var(--bad) }
label { display: block; margin: 0 0 .25rem; font-weight: 600; font-size: .875rem }
input { width: 100%; margin: 0 0 1rem; padding: .625rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
button, a.button { display: block; width: 100%; padding: .6875rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none; color: var(--on); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`

/**
 * Our own style and nothing else: no script, nothing from elsewhere, no frame around it. With the referrer policy
 * `no-referrer` browsers would send the form with `Origin: null`.
 */
const headersOf = (formsTo: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    'img-src data:',
    `form-action ${formsTo}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
})

const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"><rect x="2.5" y="2.5" width="27" height="27" rx="8"/><path d="M17.5 7.5 11 17h5l-1.5 7.5L21 15h-5z"/></svg>`

const page = (title: string, content: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title} – Busbar</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${MARK}
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`

export interface SignInForm {
  /** Where it is sent. */
  action: string
  /** Proves that the page was asked for by whoever sends it. */
  token: string
  name?: string
  error?: string
  /** Where the browser may be led afterwards, which browsers count as a part of sending the form. */
  destinations: string[]
}

export function sendSignInPage(response: ServerResponse, status: number, form: SignInForm): void {
  const { action, token, name = '', error, destinations } = form
  const alert = error ? `<p role="alert" id="error">${escapeHtml(error)}</p>` : '<p>To go on to Busbar.</p>'
  const described = error ? ' aria-describedby="error" aria-invalid="true"' : ''
  const [nameFocus, passwordFocus] = name ? ['', ' autofocus'] : [' autofocus', '']
  const content = `${alert}
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<label for="name">Name</label>
<input id="name" name="name" value="${escapeHtml(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required${nameFocus}${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${passwordFocus}${described}>
<button>Sign in</button>
</form>`
  const html = page('Sign in', content)
  const headers = headersOf(["'self'", ...destinations].join(' '))
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(html) }).end(html)
}

/** A page that says something and leads home. */
export function sendNotice(response: ServerResponse, status: number, title: string, text: string): void {
  const { headers, body } = noticePage(title, text)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** The same for those who have another way to send it. */
export const noticePage = (title: string, text: string) => ({
  headers: headersOf("'none'"),
  body: page(escapeHtml(title), `<p>${escapeHtml(text)}</p>\n<a class="button" href="/">Go on</a>`),
})

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
