// imports.mjs: the service folders in the editors that people draw and write them with. Every process opens in bpmn-js (with
// the zeebe extension elements), every rule in dmn-js with each of its views, every form in the engine of ODK Web Forms
// (workbooks as the XForm that `lingban form convert` makes of them), and none of them has anything to warn of. Every
// element of a process and every decision must have its place in the drawing.
// Usage: LINGBAN=build/lingban node tests/imports/imports.mjs FOLDER…      closes with "N passed, N failed"
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const here = new URL('.', import.meta.url)
const { chromium } = createRequire(new URL('../browser/', here))('playwright-core')

const scripts = {
  '/bpmn.js': 'bpmn-js/dist/bpmn-viewer.production.min.js',
  '/dmn.js': 'dmn-js/dist/dmn-viewer.production.min.js',
  '/forms.js': '@getodk/xforms-engine/dist/index.js'
}
const page = `<!doctype html><meta charset="utf-8"><div id="canvas" style="width:1200px;height:800px"></div>
<script src="/bpmn.js"></script><script src="/dmn.js"></script>
<script type="module">import * as forms from '/forms.js'; window.forms = forms; window.ready = true</script>`

const server = createServer((request, answer) => {
  const file = scripts[request.url]
  if (!file && request.url !== '/') return answer.writeHead(404).end()
  answer.writeHead(200, { 'content-type': file ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8' })
  answer.end(file ? readFileSync(new URL(`node_modules/${file}`, here)) : page)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const zeebe = JSON.parse(readFileSync(new URL('node_modules/zeebe-bpmn-moddle/resources/zeebe.json', here), 'utf8'))

// What the engines say of one file, as lines; none is good. These three run in the browser.
const inBrowser = {
  bpmn: async ({ text, zeebe }) => {
    const viewer = new BpmnJS({ container: '#canvas', moddleExtensions: { zeebe } })
    try {
      const said = (await viewer.importXML(text)).warnings.map((w) => w.message)
      const drawn = viewer.get('elementRegistry')
      const missing = [...new DOMParser().parseFromString(text, 'text/xml').querySelectorAll('process *[id]')]
        .filter((e) => /(Task|Event|Gateway|Activity|ubProcess|sequenceFlow)$/.test(e.localName) && !drawn.get(e.id))
      return [...said, ...missing.map((e) => `${e.id} is not drawn`)]
    } finally { viewer.destroy() }
  },
  dmn: async ({ text }) => {
    const viewer = new DmnJS({ container: '#canvas' })
    try {
      const said = (await viewer.importXML(text, { open: false })).warnings
      const views = viewer.getViews(), diagram = views.find((v) => v.type === 'drd')
      for (const view of views) said.push(...(await viewer.open(view)).warnings)
      if (!diagram) return [...said.map((w) => w.message), 'there is no diagram of requirements']
      await viewer.open(diagram)
      const drawn = viewer.getActiveViewer().get('elementRegistry')
      const missing = diagram.element.drgElement.filter((e) => !drawn.get(e.id))
      return [...said.map((w) => w.message), ...missing.map((e) => `${e.id} is not drawn`)]
    } finally { viewer.destroy() }
  },
  form: async ({ text, list }) => {
    const attachment = async () => new Response(list, { headers: { 'content-type': 'text/csv' } })
    const form = await forms.loadForm(text, { fetchFormAttachment: attachment })
    if (form.status !== 'success') return [`${form.status}: ${form.error ?? JSON.stringify(form.warnings)}`]
    const { root } = form.createInstance()
    return root.currentState.children.length ? [] : ['the form is empty']
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
const tab = await browser.newPage()
let console = []
tab.on('console', (m) => { if (['warning', 'error'].includes(m.type()) && !/favicon/.test(m.location().url)) console.push(m.text()) })
tab.on('pageerror', (e) => console.push(String(e)))
await tab.goto(`http://127.0.0.1:${server.address().port}/`)
await tab.waitForFunction('window.ready')

// A list of the house with one line, whatever the form asks of it.
const list = 'name,label,kind,under,service,free\nnanhu,南湖社区,community,city,parcel,3\n'
const program = process.env.LINGBAN || 'build/lingban'
const xform = (path) => path.endsWith('.xml') ? readFileSync(path, 'utf8') : execFileSync(program, ['form', 'convert', path, '-'], { encoding: 'utf8' })
const kinds = { bpmn: ['bpmn', (p) => readFileSync(p, 'utf8')], dmn: ['dmn', (p) => readFileSync(p, 'utf8')], xml: ['form', xform], xlsx: ['form', xform] }

let passed = 0, failed = 0
const met = {}
for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder).sort()) {
    const kind = kinds[name.split('.').pop()]
    if (!kind) continue
    console = []
    const said = await tab.evaluate(inBrowser[kind[0]], { text: kind[1](join(folder, name)), zeebe, list }).catch((e) => [String(e)])
    const all = [...said, ...console]
    met[kind[0]] = (met[kind[0]] ?? 0) + 1
    if (all.length === 0) passed++
    else {
      failed++
      process.stdout.write(`FAIL ${join(folder, name)}\n${[...new Set(all)].slice(0, 8).map((l) => `     ${l}\n`).join('')}`)
    }
  }
}
for (const kind of Object.keys(inBrowser)) if (!met[kind]) { failed++; process.stdout.write(`FAIL no ${kind} was met\n`) }
process.stdout.write(`${Object.entries(met).map(([k, n]) => `${n} ${k}`).join(', ')}\n${passed} passed, ${failed} failed\n`)
await browser.close()
server.close()
process.exitCode = failed ? 1 : 0
