// Writes each text file of the page also as .br, so that the ingress compresses nothing itself.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(html|js|css|svg|json)$/

export function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    // Once the files are written: Vite puts the names of chunks into their importers late.
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => TEXT.test(one))) {
        const source = readFileSync(join(dir, name))
        const small = brotliCompressSync(source, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: source.length,
          },
        })
        writeFileSync(join(dir, `${name}.br`), small)
      }
    },
  }
}
