// notices.test.mjs: the outbox on bad days. A disk that is full when a message has just been taken: it is not sent again
// and again because its result cannot be written. Old messages that wait by the dozen: a one-time code does not stand
// behind them. What never arrived stands before the administrator. A full disk is a tmpfs in a mount namespace of its own
// (unshare); where that is not allowed it says so.
import { Server, ask, check, makeFolder, plain, program, run, sleep, temporary, total } from './server.mjs'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'

// Two residents with telephones whose wishes cannot be taken: each answer is a message.
const scene = `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
account root admin at city
open one wish by wang $sun $rice
complete one check by wang /data/outcome=refuse /data/reason=超出范围
open two wish by wang $zhou $lamp
complete two check by wang /data/outcome=refuse /data/reason=超出范围
`

// Keeps every POST; `answer(post)` gives the status, maybe later.
function webhook(answer) {
  const sink = { posts: [] }
  sink.server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => { body += piece })
    request.on('end', async () => {
      const post = { key: request.headers['idempotency-key'], body: JSON.parse(body) }
      sink.posts.push(post)
      response.writeHead(await answer(post)).end('{}')
    })
  })
  return new Promise((done) => sink.server.listen(0, '127.0.0.1', () => done(sink)))
}
const address = (sink) => `http://127.0.0.1:${sink.server.address().port}/notices`
async function within(seconds, what, test) {
  for (let i = 0; i < seconds * 20; i++) {
    if (test()) return check(true, what)
    await sleep(50)
  }
  return check(false, what)
}

const folder = makeFolder('notices', scene)
const waiting = Number(ask(folder, "select count(*) from outbox where state = 'waiting' and channel = 'webhook'")[0][0])
check(waiting >= 2, `${waiting} messages wait`)

// ---- a full disk

const home = temporary('notices-disk')
const disk = join(home, 'full')
mkdirSync(disk)
const inside = (size, script) => ['-rm', 'sh', '-c', `mount -t tmpfs -o size=${size} none "$0" && ${script}`, disk]
const allowed = spawnSync('unshare', inside('64k', 'true')).status === 0
if (!allowed) console.log('no mount namespace here: full disks are left out')
if (allowed) {
  let child
  const root = () => `/proc/${child.pid}/root${disk}`
  const fill = () => {
    const fd = openSync(join(root(), 'fill'), 'w')
    for (const size of [65536, 4096, 1]) try { for (;;) writeSync(fd, Buffer.alloc(size)) } catch { /* full */ }
    closeSync(fd)
  }
  let first = true
  const sink = await webhook(() => {
    if (first) fill()
    first = false
    return 200
  })
  const args = ['serve', '--data', '$0/data', '--clock', '2026-09-07T10:00:00+08:00', '--listen', '127.0.0.1:0', '--quiet', '--allow-private-addresses', '--webhook', address(sink)]
  child = spawn('unshare', inside('16m', `cp -r '${folder}' "$0/data" && exec '${program}' ${args.map((a) => `"${a}"`).join(' ')}`), { env: { ...process.env, LINGBAN_LANG: 'en' }, stdio: 'ignore' })
  const ended = new Promise((done) => child.on('exit', done))
  await within(20, 'the first message is taken', () => sink.posts.length > 0)
  await sleep(6000)
  check(sink.posts.length === 1, `on a full disk the message was sent ${sink.posts.length} times`)
  rmSync(join(root(), 'fill'))
  await within(20, 'with room again the others follow', () => sink.posts.length >= waiting)
  await sleep(1500)
  check(sink.posts.length === waiting && new Set(sink.posts.map((p) => p.key)).size === waiting, `${waiting} messages were sent ${sink.posts.length} times`)
  cpSync(join(root(), 'data'), join(home, 'after'), { recursive: true })
  child.kill('SIGTERM')
  await ended
  check(ask(join(home, 'after'), "select count(*) from outbox where state = 'sent'")[0][0] === String(waiting), 'each has its result')
  sink.server.close()
}

// ---- a code does not wait behind old messages

const slow = await webhook(async (post) => {
  if (post.body.kind !== 'code') await sleep(3000)
  return 200
})
let server = await Server.start(folder, ['--quiet', '--clock', '2026-09-07T10:00:00+08:00', '--allow-private-addresses', '--webhook', address(slow)])
const resident = server.person()
await within(5, 'an old message is on its way', () => slow.posts.length === 1)
const asked = await resident.send('/mine', { phone: '04340000001' }, '/mine')
check(asked.status === 303 || asked.status === 200, `a code is asked for: ${asked.status}`)
await within(8, 'the code goes next', () => slow.posts.length >= 2)
check(slow.posts[1]?.body.kind === 'code', `after the first came ${slow.posts[1]?.body.kind}`)
await server.stop()
slow.server.close()

// ---- what never arrived stands before the administrator

const lost = makeFolder('notices-lost', scene)
const deaf = await webhook(() => 500)
const clock = join(home, 'clock')
const setClock = (text) => writeFileSync(clock, `${text}\n`)
setClock('2026-09-07T10:00:00+08:00')
server = await Server.start(lost, ['--quiet', '--clock-file', clock, '--allow-private-addresses', '--webhook', address(deaf)])
let hours = 10
for (let day = 8; day < 30 && ask(lost, "select count(*) from outbox where state = 'waiting' and channel = 'webhook'")[0][0] !== '0'; day++) {
  setClock(`2026-09-${String(day).padStart(2, '0')}T${hours}:00:00+08:00`)
  await sleep(1300)
}
const tries = deaf.posts.filter((p) => p.key === deaf.posts[0].key).length
check(ask(lost, "select count(*) from outbox where state = 'failed'")[0][0] !== '0' && tries >= 12, `given up after ${tries} tries`)
await server.stop()
server = await Server.start(lost, ['--quiet', '--demo', '--clock-file', clock])
const root = await server.enter(Number(ask(lost, "select id from account where login = 'root'")[0][0]), 'en')
const page = plain((await root.get('/admin/incidents')).text)
check(/did not arrive/.test(page) && !/04340000001/.test(page), `the administrator reads of them: ${page.slice(0, 600)}`)
await server.stop()
deaf.server.close()
total()
