// Builds the pages' style sheet and script into the folder given. Usage: node build.mjs OUT
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import * as sass from 'sass'

const out = process.argv[2]
if (!out) {
  console.error('node build.mjs OUT')
  process.exit(2)
}

const css = sass.compile('src/lingban.scss', { style: 'compressed', loadPaths: ['node_modules'], quietDeps: true })
// A byte order mark before Chinese text would only cost bytes: the server sends the charset.
writeFileSync(join(out, 'lingban.css'), css.css.replace(/^\uFEFF/, ''))

buildSync({
  entryPoints: ['src/lingban.js'],
  outfile: join(out, 'lingban.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2017'],
  logLevel: 'warning'
})

for (const name of readdirSync('src')) {
  if (name.endsWith('.svg') || name.endsWith('.webmanifest')) copyFileSync(join('src', name), join(out, name))
}
