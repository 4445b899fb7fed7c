// lapse.test.mjs: time passes and nobody asks for a page: what lapses is told to those it concerns. The server runs on a
// clock file; a webhook sink behind TLS (a CA of this test) and a mail sink wait on loopback. The sink fails at first:
// the message comes again, later and later, under the same idempotency key, and once it was taken never again.
import { Server, ask, check, makeFolder, run, sleep, temporary, total } from './server.mjs'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { join } from 'node:path'

const scene = `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
account ma member at nanhu of unit mail ma@example.org
open returned wish by wang $sun $rice
complete returned check by wang /data/outcome=correct /data/reason=请补充
open promised wish by wang $zhou $lamp
complete promised check by wang /data/outcome=approve
claim promised claim by ma
complete promised accept by wang /data/outcome=accept
`

function certificates(home) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: home, stdio: 'pipe' })
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA')
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'sink.key', '-out', 'sink.csr', '-subj', '/CN=127.0.0.1')
  writeFileSync(join(home, 'sink.ext'), 'subjectAltName=IP:127.0.0.1\n')
  openssl('x509', '-req', '-in', 'sink.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'sink.ext', '-out', 'sink.pem')
}

// Keeps every POST; answers 503 while `refuse` is set.
function webhook(home) {
  const sink = { posts: [], refuse: true }
  sink.server = https.createServer({ key: readFileSync(join(home, 'sink.key')), cert: readFileSync(join(home, 'sink.pem')) }, (request, response) => {
    let body = ''
    request.on('data', (piece) => { body += piece })
    request.on('end', () => {
      sink.posts.push({ key: request.headers['idempotency-key'], body: JSON.parse(body), taken: !sink.refuse })
      response.writeHead(sink.refuse ? 503 : 200).end('{}')
    })
  })
  return new Promise((done) => sink.server.listen(0, '127.0.0.1', () => done(sink)))
}

function mailbox() {
  const box = { letters: [] }
  box.server = net.createServer((socket) => {
    let text = '', letter = null
    const say = (line) => socket.write(`${line}\r\n`)
    say('220 sink ready')
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      text += piece
      for (let end; (end = text.indexOf('\r\n')) >= 0;) {
        const line = text.slice(0, end)
        text = text.slice(end + 2)
        if (letter?.inside) {
          if (line !== '.') { letter.lines.push(line); continue }
          box.letters.push(letter)
          letter = null
          say('250 taken')
        } else if (/^(EHLO|HELO)/.test(line)) say('250 sink')
        else if (/^MAIL/.test(line)) { letter = { from: line, lines: [] }; say('250 good') }
        else if (/^RCPT/.test(line)) { letter.to = line; say('250 good') }
        else if (/^DATA/.test(line)) { letter.inside = true; say('354 go on') }
        else if (/^QUIT/.test(line)) { say('221 bye'); socket.end() }
        else say('250 good')
      }
    })
  })
  return new Promise((done) => box.server.listen(0, '127.0.0.1', () => done(box)))
}

async function within(seconds, what, test) {
  for (let i = 0; i < seconds * 20; i++) {
    if (test()) return check(true, what)
    await sleep(50)
  }
  return check(false, what)
}

const folder = makeFolder('lapse', scene)
const home = temporary('lapse-sink')
certificates(home)
const sink = await webhook(home)
const box = await mailbox()
const clock = join(home, 'clock')
const setClock = (text) => writeFileSync(clock, `${text}\n`)
setClock('2026-09-07T10:00:00+08:00')
const sinks = ['--webhook', `https://127.0.0.1:${sink.server.address().port}/notices`, '--smtp', `smtp://127.0.0.1:${box.server.address().port}`,
  '--mail-from', 'lingban@example.org', '--ca-file', join(home, 'ca.pem')]
const lapsed = () => sink.posts.filter((p) => p.body.kind === 'case.closed')
const about = (text) => box.letters.filter((l) => Buffer.from(l.lines.slice(l.lines.indexOf('') + 1).join(''), 'base64').toString().includes(text))

// Without the named setting loopback is a private address: nothing may go there.
let server = await Server.start(folder, ['--clock-file', clock, ...sinks])
await sleep(2500)
check(sink.posts.length === 0 && box.letters.length === 0, 'nothing goes to a private address unless that is allowed')
await server.stop()

server = await Server.start(folder, ['--clock-file', clock, ...sinks, '--allow-private-addresses'])
setClock('2026-09-07T12:00:00+08:00')
await within(10, 'the mail that a task waits reaches the member', () => about('任务').length > 0)
check(lapsed().length === 0, 'nothing has lapsed yet')

// Ten working days after Monday 7 September are over on the 21st; the promise lapses at about the same time.
setClock('2026-09-22T08:00:00+08:00')
await within(10, 'the lapse reaches the webhook with no request sent', () => lapsed().length > 0)
await within(10, 'the lapse of a claimed task reaches its member by mail', () => about('期限已过').length > 0)
const first = lapsed()[0]
check(first?.key?.length > 0 && first.body.to === '04340000001' && /\d/.test(first.body.text), `the message: ${JSON.stringify(first)}`)
check(!/孙|南湖小区|米/.test(JSON.stringify(first?.body)), 'the message names no person, address or wish')
setClock('2026-09-22T08:00:30+08:00')
await sleep(2500)
check(lapsed().length === 1, `half a minute later it was sent ${lapsed().length} times`)
setClock('2026-09-22T08:01:05+08:00')
await within(10, 'it comes again after a minute', () => lapsed().length === 2)
sink.refuse = false
setClock('2026-09-22T08:02:30+08:00')
await sleep(2500)
check(lapsed().length === 2, 'the next wait is longer')
setClock('2026-09-22T08:03:10+08:00')
await within(10, 'and again after two minutes more', () => lapsed().length === 3)
setClock('2026-09-22T20:00:00+08:00')
await sleep(2500)
check(lapsed().length === 3, 'once taken it never comes again')
check(new Set(lapsed().map((p) => p.key)).size === 1, 'every try has the same key')
check(!/GET|POST/.test(server.log), `no request was sent: ${server.log}`)
await server.stop()
check(ask(folder, "select count(*) from outbox where kind = 'case.closed' and state = 'sent'")[0][0] === '1', 'its result is in the journal')
const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
check(replayed.status === 0, `replay: ${replayed.out}${replayed.err}`)
sink.server.close()
box.server.close()
total()
