// Builds the page into page/, which is committed and comes in the wheel. The same bytes in any folder.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { precompressed } from './precompressed.ts'
import { slices } from './slices.ts'

const CLUSTER = process.env.SIAN_URL ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [svelte(), slices(), precompressed()],
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    outDir: 'page',
    emptyOutDir: true,
    target: 'es2023',
    // No data: URLs: the Content-Security-Policy allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': CLUSTER, '/openapi.json': CLUSTER } },
  // No test leaves anything behind, and each file alone would set up its own modules.
  // Nor does time that passes say anything: other tests take the cores meanwhile.
  test: { environment: 'node', include: ['src/**/*.test.ts'], isolate: false, testTimeout: 60_000 },
})
