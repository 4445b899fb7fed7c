// server.mjs: what the tests of the whole program share: a data folder out of a scene, `lingban serve` on a free port,
// and people who use its pages as a browser does: cookies, form tokens, forms.
//
//     const folder = await makeFolder('races', sceneText)
//     const server = await Server.start(folder, ['--demo'])
//     const li = await server.enter(3)              // the demo's one-click entry, account 3
//     const answer = await li.send('/tasks/1/claim', { note: 'x' }, '/tasks/1')
//     await server.stop()
//
// No packages: node's own http. Checks are counted; total() prints the closing line.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')
export const build = process.env.LINGBAN_BUILD || join(root, 'build')
export const program = join(build, 'lingban')
export const long = Boolean(process.env.LINGBAN_LONG)
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

let passed = 0
let failed = 0
export function check(good, what) {
  if (good) passed++
  else failed++
  if (!good) console.log(`FAIL ${what}`)
  return Boolean(good)
}
export function total() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

const folders = []
process.on('exit', () => folders.forEach((f) => rmSync(f, { recursive: true, force: true })))
export function temporary(name) {
  const folder = mkdtempSync(join(tmpdir(), `lingban-${name}-`))
  folders.push(folder)
  return folder
}

// Answers the data folder; the scene's steps must all succeed.
export function makeFolder(name, scene) {
  const home = temporary(name)
  writeFileSync(join(home, 'town.scene'), scene)
  const made = spawnSync(join(build, 'town'), [join(home, 'data'), join(home, 'town.scene')], { cwd: root, encoding: 'utf8' })
  check(made.status === 0, `the town of ${name}: ${made.stdout}${made.stderr}`)
  return join(home, 'data')
}

// Rows of a query on a data folder, as arrays of text.
export function ask(folder, sql) {
  const asked = spawnSync(join(build, 'town'), ['--ask', folder, sql], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (asked.status !== 0) throw new Error(asked.stderr)
  return asked.stdout.split('\n').slice(0, -1).map((line) => line.split('\t'))
}

// Runs a command to its end: { status, out, err }.
export function run(args, options = {}) {
  const ran = spawnSync(program, args, { encoding: 'utf8', timeout: 120000, ...options, env: { ...process.env, LINGBAN_LANG: 'en', ...options.env } })
  return { status: ran.status, out: ran.stdout, err: ran.stderr }
}

export class Server {
  // args are added to `serve --data FOLDER`; the address is on the line that the program prints.
  static async start(folder, args = []) {
    const server = new Server()
    server.folder = folder
    server.log = ''
    server.child = spawn(program, ['serve', '--data', folder, '--listen', '127.0.0.1:0', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LINGBAN_LANG: 'en' } })
    server.ended = new Promise((done) => server.child.on('exit', (code, signal) => done({ code, signal })))
    server.address = await new Promise((found, refuse) => {
      const listen = (piece) => {
        server.log += piece
        const match = server.log.match(/https?:\/\/127\.0\.0\.1:\d+/)
        if (match) found(match[0])
      }
      server.child.stdout.on('data', listen)
      server.child.stderr.on('data', listen)
      server.child.on('exit', (code) => refuse(new Error(`the server ended with ${code}: ${server.log}`)))
    })
    server.port = Number(server.address.match(/:(\d+)$/)[1])
    return server
  }

  async stop() {
    this.child.kill('SIGTERM')
    return await this.ended
  }

  async kill() {
    this.child.kill('SIGKILL')
    return await this.ended
  }

  // Kilobytes of memory that are really there.
  memory() {
    return Number(readFileSync(`/proc/${this.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1])
  }

  person(language = 'zh') {
    return new Person(this, language)
  }

  // One of the demo town's people, by number of the account.
  async enter(account, language = 'zh') {
    const who = this.person(language)
    const answer = await who.send('/demo', { account }, '/demo')
    if (answer.status !== 303) throw new Error(`account ${account} could not enter: ${answer.status}`)
    return who
  }
}

// Text as people read it, without tags, styles and hidden fields.
export function plain(html) {
  return html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ').replace(/&quot;/g, '"').replace(/&amp;/g, '&').replace(/\s+/g, ' ')
}

class Person {
  cookies = new Map()
  always = {} // headers that go with every request

  constructor(server, language) {
    this.server = server
    this.language = language
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  }

  // One request; cookies go along. { status, headers, text }, or { status: 0, error } when the connection broke.
  ask(method, path, body, headers = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const options = {
      host: '127.0.0.1', port: this.server.port, method, path, agent: this.agent,
      headers: { 'Accept-Language': this.language === 'zh' ? 'zh-CN' : 'en', ...(cookie && { Cookie: cookie }), ...this.always, ...headers }
    }
    if (body !== undefined && !('Content-Length' in options.headers)) options.headers['Content-Length'] = Buffer.byteLength(body)
    if (options.headers['Content-Length'] === undefined) delete options.headers['Content-Length'] // sent in pieces
    return new Promise((done) => {
      const request = http.request(options, (response) => {
        const pieces = []
        for (const line of response.headers['set-cookie'] || []) this.#keep(line)
        response.on('data', (piece) => pieces.push(piece))
        response.on('end', () => {
          const bytes = Buffer.concat(pieces)
          done({ status: response.statusCode, headers: response.headers, bytes, text: bytes.toString('utf8') })
        })
        response.on('error', (error) => done({ status: 0, error, text: '' }))
      })
      // A connection that lay idle may be closed at the very moment it is used again: what only reads is asked once more.
      request.on('error', (error) => done(method === 'GET' && request.reusedSocket ? this.ask(method, path, body, headers) : { status: 0, error, text: '' }))
      if (body !== undefined) request.write(body)
      request.end()
    })
  }

  #keep(line) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
    if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(line) || value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }

  get(path, headers) {
    return this.ask('GET', path, undefined, headers)
  }

  // Follows up to five redirections.
  async read(path) {
    let answer = await this.get(path)
    for (let i = 0; i < 5 && answer.status === 303; i++) answer = await this.get(new URL(answer.headers.location, this.server.address).pathname)
    return answer
  }

  // The hidden token and once-key of a page's first form that posts.
  async form(page) {
    const { text } = await this.get(page)
    return { _token: text.match(/name="_token" value="([^"]*)"/)?.[1], _once: text.match(/name="_once" value="([^"]*)"/)?.[1] }
  }

  // An array is a name that is sent several times, as ticks are.
  post(path, fields) {
    const pairs = Object.entries(fields).flatMap(([name, v]) => (Array.isArray(v) ? v : [v]).map((one) => [name, one]))
    const body = new URLSearchParams(pairs.filter(([, v]) => v !== undefined)).toString()
    return this.ask('POST', path, body, { 'Content-Type': 'application/x-www-form-urlencoded' })
  }

  // Posts fields with the token of `page`.
  async send(path, fields, page) {
    return this.post(path, { ...(await this.form(page)), ...fields })
  }
}
