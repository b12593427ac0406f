import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** What `npm start` answers, not Vite. */
const SERVED_BY_BUSBAR = ['/api', '/oauth2', '/.well-known', '/logout', '/sign-in', '/config.json']

const port = process.env.PORT ?? '8080'

const INLINE_FONT = /url\((["']?)data:font\/woff2;[^,]*base64,([A-Za-z0-9+/=]+)\1\)/g

/** The design system's styles hold its fonts; as files of their own they are loaded if needed, and never wait for. */
const fontsAsFiles: Plugin = {
  name: 'fonts-as-files',
  apply: 'build',
  generateBundle(_, bundle) {
    for (const asset of Object.values(bundle)) {
      if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue
      asset.source = String(asset.source).replace(INLINE_FONT, (_match, _quote, content: string) => {
        const source = Buffer.from(content, 'base64')
        const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.woff2`
        this.emitFile({ type: 'asset', fileName: `assets/${name}`, source })
        return `url("./${name}")`
      })
    }
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), fontsAsFiles],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the pages lets nothing in that is not a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(SERVED_BY_BUSBAR.map((path) => [path, { target: `http://localhost:${port}` }])),
  },
})
