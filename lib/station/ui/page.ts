import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface Asset {
  type: string
  content: string
}

const PAGE = new URL('./page/', import.meta.url)

/** The files of the page by their path; the scripts are bundled on the way. */
export async function buildPage(): Promise<ReadonlyMap<string, Asset>> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('main.ts', PAGE))],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', charset: 'utf8' },
  })
  const read = (name: string) => readFileSync(new URL(name, PAGE), 'utf8')
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', content: read('index.html') }],
    ['/page.css', { type: 'text/css; charset=utf-8', content: read('page.css') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', content: bundle.outputFiles[0]?.text ?? '' }],
  ])
}
