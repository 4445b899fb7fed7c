// bad-input.test.mjs: what strangers send. Every POST address of `lingban routes` gets bodies that are too large, broken
// or no text, fields of wrong types and unknown ones, forged ids, and tokens that are missing, forged, somebody else's or
// used twice; sockets drip bytes or say nothing, as many as file descriptors allow, from a process of their own. Each
// answer has the right status and one sentence in the page's language; memory does not grow; nothing is lost.
// LINGBAN_LONG: every address of every id, several rounds.
import { Server, ask, build, check, long, makeFolder, plain, run, sleep, total } from './server.mjs'
import { addresses, multipart, routes, standing } from './walk.mjs'
import { spawn } from 'node:child_process'
import net from 'node:net'

const folder = makeFolder('bad-input', `clock 2026-09-07T09:00:00+08:00
deploy tests/services/errand
deploy tests/services/marked
organisation city city "四平市"
organisation nanhu community "南湖社区" under city
organisation unit unit "市自然资源局" under city
partner unit nanhu
account root admin at city
account boss supervisor at city
account wang staff at nanhu
account li member at nanhu of unit
entity marked_things T1 一号 by wang open=a
activity read errand 读书会 places 2 at nanhu by wang
session first read 2026-09-20 by wang
open a errand by wang /data/name=孙某 /data/phone=04340000001 /data/address=南湖小区 /data/item[1]/what=买菜 /data/item[1]/cost=5 /data/consent=yes
open b marked by wang /data/office=@nanhu /data/pub=修灯 /data/name=周某 /data/number=1234
complete a check by wang /data/outcome=approve
`)
const server = await Server.start(folder, ['--demo', '--clock', '2026-09-07T10:00:00+08:00', '--quiet'])
const entries = () => Number(ask(folder, 'select count(*) from journal_entry')[0][0])

// ---- what an answer must be

// The summary of faults on a form, or the whole page.
const pageOf = (answer) => (answer.text.match(/class="govuk-error-summary"[\s\S]*?<\/ul>/) ?? answer.text.match(/<main[\s\S]*<\/main>/))?.[0] ?? ''
function said(answer, language, statuses, what) {
  if (!check(statuses.includes(answer.status), `${what}: ${answer.status} ${plain(pageOf(answer)).slice(0, 200)}`)) return
  if (answer.status < 400) return
  const sentence = plain(pageOf(answer)).trim()
  check(/text\/html/.test(answer.headers['content-type']) && sentence.length > 6 && !/\{\d\}|\bnull\b|%[sd]/.test(sentence), `${what}: no sentence: ${sentence.slice(0, 200)}`)
  check(/[\u4e00-\u9fff]/.test(sentence) === (language === 'zh'), `${what}: not in ${language}: ${sentence.slice(0, 200)}`)
}

// ---- who sends to what

const people = { account: 'li', staff: 'wang', supervisor: 'boss', admin: 'root' }
const numbers = { root: 1, boss: 2, wang: 3, li: 4 }
const posts = routes().filter((r) => r.method === 'POST')
const values = { ...standing(folder), act: () => ['withdraw', 'reopen', 'note', 'urge', 'merge', 'renew', 'nothing'], draft: () => ['0123456789abcdef'] }
const places = posts.flatMap((r) => addresses(r.pattern, values).slice(0, long ? 40 : 2).map((address) => ({ ...r, address })))
check(posts.length >= 30 && places.length >= posts.length, `${posts.length} routes, ${places.length} addresses`)
const untouched = posts.filter((r) => !places.some((p) => p.pattern === r.pattern)).map((r) => r.pattern)
check(untouched.length === 0, `no address stands for ${untouched}`)

const urlencoded = { 'Content-Type': 'application/x-www-form-urlencoded' }
const tokenPages = ['/sign-in']
const form = async (who) => who.form(tokenPages[0])
const large = (to) => Buffer.alloc(/\/new|^\/tasks\/\d+|together|admin\/services|import/.test(to) ? 25 << 20 : 2 << 20, 'x') // photos and workbooks may be larger
// Fields that any of our forms knows, so that each handler finds something of its own.
const known = ['login', 'password', 'phone', 'code', 'session', 'account', 'organisation', 'parent', 'name', 'name_en', 'kind', 'role', 'service', 'reason', 'text', 'into', 'task', 'act', 'to',
  'step', 'order', 's', 'p', 'value', 'grant', 'id', 'key', 'label', 'duty', 'from_day', 'post', 'notice', 'unit', 'community', 'party', 'case', 'version', 'outcome', 'variable', 'f-open', '_go',
  '_page', '_add', '_remove', '_clear', '_channel', 'item[1]/what', 'item[0]/what', 'office', 'pub', 'number', 'photo']
const wrongValues = ['', 'abc', '-1', '0', '99999999999999999999', '1e400', '9223372036854775808', '  ', "' or 1=1 --", '<script>', '\u202e\u0001\u{1F600}', '../../etc/passwd', 'x'.repeat(20000), '[]', '2026-13-45']

// Refused before anything is done: the journal stays as it is. [name, request, statuses]
const refused = [
  ['no token', (who, to) => who.ask('POST', to, 'a=1', urlencoded), [403]],
  ['a forged token', async (who, to) => who.post(to, { ...(await form(who)), _token: '0'.repeat(40) }), [403]],
  ["somebody else's token", async (who, to, stranger) => who.post(to, { ...(await form(stranger)) }), [403]],
  ['a token of an old page', async (who, to) => who.post(to, { _token: `00000001${(await form(who))._token.slice(8)}` }), [403]],
  ['no body', (who, to) => who.ask('POST', to, '', urlencoded), [403]],
  ['JSON', (who, to) => who.ask('POST', to, '{"a":1}', { 'Content-Type': 'application/json' }), [403]],
  ['too large', (who, to) => who.ask('POST', to, large(to), urlencoded), [413]],
  ['too large, in pieces', (who, to) => who.ask('POST', to, large(to), { ...urlencoded, 'Transfer-Encoding': 'chunked', 'Content-Length': undefined }), [413]],
  ['too many fields', (who, to) => who.ask('POST', to, 'a=1&'.repeat(3000), urlencoded), [413]],
  ['no UTF-8', (who, to) => who.ask('POST', to, 'a=%ff%fe', urlencoded), [400]],
  ['half a percent sign', (who, to) => who.ask('POST', to, 'a=%4', urlencoded), [400]],
  ['a zero byte', (who, to) => who.ask('POST', to, 'a=%00', urlencoded), [400]],
  ['multipart without a boundary', (who, to) => who.ask('POST', to, 'x', { 'Content-Type': 'multipart/form-data' }), [400]],
  ['multipart that ends early', (who, to) => who.ask('POST', to, multipart({ a: '1' }).body.subarray(0, 40), multipart({}).headers), [400]],
  ['multipart with a part that has no name', (who, to) => who.ask('POST', to, '--lingban-walk\r\nContent-Disposition: form-data\r\n\r\nx\r\n--lingban-walk--\r\n', multipart({}).headers), [400]],
  ['multipart that is no UTF-8', (who, to) => who.ask('POST', to, Buffer.from('--lingban-walk\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--lingban-walk--\r\n', 'latin1'), multipart({}).headers), [400]],
  ['a boundary too long', (who, to) => who.ask('POST', to, 'x', { 'Content-Type': `multipart/form-data; boundary=${'b'.repeat(200)}` }), [400]],
  ['no such language', (who, to) => who.ask('POST', `${to}?lang=xx`, 'a=1', urlencoded), [403]],
  ['an address that is no UTF-8', (who, to) => who.ask('POST', `${to}/%ff`, 'a=1', urlencoded), [400]],
  ['another method', (who, to) => who.ask('DELETE', to), [405, 404]]
]
// With a good token: no rule but that nothing breaks.
const answered = [200, 303, 400, 401, 403, 404, 409, 410, 413, 415, 422, 429]
const wild = (value) => async (who, to) => who.post(to, { ...Object.fromEntries(known.map((k) => [k, value])), ...(await form(who)), unknown: value })

async function attack(who, place, language, stranger, kinds) {
  for (const [name, send, statuses] of kinds) {
    const answer = await send(who, place.address, stranger)
    said(answer, language, answer.status === 401 ? [401] : statuses, `${language} ${place.pattern}: ${name}`)
  }
}

async function round(language) {
  const nobody = server.person(language), stranger = server.person(language === 'zh' ? 'en' : 'zh')
  const who = { anyone: nobody }
  for (const [right, login] of Object.entries(people)) who[right] = await server.enter(numbers[login], language)
  const before = entries()
  for (const place of places) {
    await attack(who[place.who], place, language, stranger, refused)
    if (place.who === 'anyone') continue
    // Whoever may not is told so, whatever they send.
    said(await nobody.post(place.address, await form(nobody)), language, [401], `${language} ${place.pattern}: nobody`)
    if (place.who !== 'account') said(await who.account.post(place.address, await form(who.account)), language, [403], `${language} ${place.pattern}: a member`)
  }
  check(entries() === before, `refused requests left ${entries() - before} entries in the journal`)
  // Last what may end a session: everybody enters anew for each address.
  for (const place of places)
    for (const value of long ? wrongValues : wrongValues.slice(0, 14).filter((_, i) => i % 2 === (language === 'zh' ? 0 : 1))) {
      const sender = place.who === 'anyone' ? server.person(language) : await server.enter(numbers[people[place.who]], language)
      const answer = await wild(value)(sender, place.address)
      check(answered.includes(answer.status), `${language} ${place.address} with ${JSON.stringify(value.slice(0, 30))}: ${answer.status} ${plain(pageOf(answer)).slice(0, 200)}`)
      if (answer.status >= 400) said(answer, language, answered, `${language} ${place.address} with ${JSON.stringify(value.slice(0, 30))}`)
      sender.agent.destroy()
    }
  // Ids that are none, or nobody's.
  for (const route of routes().filter((r) => /\{(ref|id|account|organisation|entry|draft|register|service)\}/.test(r.pattern)))
    for (const id of ['0', '-1', '999999999', 'abc', '1e3', '%20', '9223372036854775808', '000000000000', 'a'.repeat(300), '..%2f..%2f', '%C3%A9', "'", '%0a']) {
      const address = route.pattern.replace(/\{\w+\}/g, id), sender = who[route.who]
      const answer = route.method === 'GET' ? await sender.get(address) : await sender.post(address, await form(sender))
      said(answer, language, [303, 400, 401, 403, 404, 410, 422], `${language} ${route.method} ${route.pattern} with ${id.slice(0, 20)}`)
    }
  for (const p of [...Object.values(who), stranger]) p.agent.destroy()
}

// ---- sockets that drip: they begin now and end some time during what follows

// The seconds until the other side ends the connection, and what it said.
function drip(first, more, everyMs) {
  return new Promise((done) => {
    const started = Date.now()
    let text = ''
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(first))
    const timer = setInterval(() => socket.write(more), everyMs)
    socket.on('data', (piece) => { text += piece })
    socket.on('error', () => {})
    socket.on('close', () => { clearInterval(timer); done({ seconds: (Date.now() - started) / 1000, text }) })
  })
}
const dripping = [
  drip('GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ', 'a', 500),
  drip(`POST /sign-in HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n`, 'a', 500),
  ...Array.from({ length: 50 }, () => drip('', '', 5000))
]

await round('zh')
const warm = server.memory()
await round('en')
if (long) for (let i = 0; i < 4; i++) await round(i % 2 ? 'en' : 'zh')
const after = server.memory()
const slack = build.endsWith('asan') ? 64 * 1024 : 16 * 1024 // the sanitizer keeps what was freed for a while
check(after < warm + slack, `memory grew from ${warm} to ${after} KB`)

// ---- sent twice

const wang = await server.enter(numbers.wang)
const fresh = await wang.form('/services/errand/new')
const fields = { ...fresh, name: '重放', phone: '', address: '', photo: '', consent: 'yes', _go: 'send', _page: 'all', _channel: 'desk' }
const twice = [await wang.post('/services/errand/new?page=all', fields), await wang.post('/services/errand/new?page=all', fields)]
check(twice.every((a) => a.status === 303) && twice[0].headers.location === twice[1].headers.location, `sent twice: ${twice.map((a) => `${a.status} ${a.headers.location}`)}`)
check(ask(folder, "select count(*) from answer where personal = '重放'")[0][0] === '1', 'what was sent twice is there once')
const other = await wang.post('/services/errand/new?page=all', { ...fields, name: '另一个' })
said(other, 'zh', [422], 'the same key with other contents')

// ---- a fault is told at its field, with what was typed

const root = await server.enter(numbers.root)
const accounts = ask(folder, 'select count(*) from account')[0][0]
for (const [fields, id] of [[{ login: 'neu', password: 'kurz' }, 'password'], [{ login: 'wang', password: '一个很长很长的密码' }, 'login'], [{ login: 'X Y', password: '一个很长很长的密码' }, 'login']]) {
  const answer = await root.send('/admin/people', { name: '新来的', role: 'staff', ...fields }, '/admin/people')
  check(answer.status === 422 && answer.text.includes(`href="#${id}"`) && answer.text.includes('value="新来的"') && !answer.text.includes(fields.password),
    `${JSON.stringify(fields)}: ${answer.status} ${plain(pageOf(answer)).slice(0, 200)}`)
}
const short = await root.send(`/admin/people/${numbers.li}`, { act: 'password', password: 'kurz' }, `/admin/people/${numbers.li}`)
check(short.status === 422 && short.text.includes('href="#password"'), `a new first password that is too short: ${short.status}`)
check(ask(folder, 'select count(*) from account')[0][0] === accounts, 'no account was made')

// ---- sockets that say nothing

// A process of its own holds as many connections as both sides have descriptors for, and at most 10,000.
const crowd = spawn(process.execPath, ['--input-type=module', '-e', `
  import net from 'node:net'
  const [port, wanted] = process.argv.slice(1).map(Number)
  let open = 0, failed = 0
  const next = (n) => { for (; n && open + failed < wanted; n--) {
    const s = net.connect(port, '127.0.0.1', () => { if (++open + failed === wanted) console.log(open, failed); else next(1) })
    s.on('error', () => { failed++; if (open + failed === wanted) console.log(open, failed); else next(1) })
    open < 0 || s.resume() } }
  next(200)
  setTimeout(() => process.exit(0), 120000)
`, String(server.port), String(Math.min(10000, Math.floor(Number(process.report.getReport().userLimits.open_files.hard) / 2) || 500))], { stdio: ['ignore', 'pipe', 'inherit'] })
const crowded = await new Promise((done) => {
  const late = setTimeout(() => done([0, 0]), 60000)
  crowd.stdout.once('data', (d) => { clearTimeout(late); done(String(d).trim().split(' ').map(Number)) })
})
const limit = Number(process.report.getReport().userLimits.open_files.hard)
console.log(`${crowded[0]} idle connections of 10000 (${limit} file descriptors a process), ${server.memory()} KB while they are open`)
check(crowded[0] >= Math.min(10000, limit / 2) * 0.95, `only ${crowded[0]} connections were taken, ${crowded[1]} were not`)
for (let i = 0; i < 20; i++) {
  const answer = await server.person().get('/services')
  if (!check(answer.status === 200, `among them somebody asks for a page: ${answer.status}`)) break
}
check(server.memory() < after + crowded[0] * 6 + 16 * 1024, `${server.memory()} KB with ${crowded[0]} idle connections, ${after} KB without`)
crowd.kill('SIGKILL')
const cut = await Promise.all(dripping)
for (const [i, d] of cut.entries()) check(d.seconds < 60 && (i > 1 ? d.text === '' : /^HTTP\/1.1 408 /.test(d.text)), `drip ${i}: ended after ${d.seconds} s: ${d.text.slice(0, 60)}`)
check(/发送时间过长/.test(cut[0].text) && /Sending took too long/.test(cut[1].text), `what drips is told so: ${cut[0].text.slice(-120)} ${cut[1].text.slice(-120)}`)
await sleep(2000)
check((await wang.get('/tasks')).status === 200, 'afterwards everything goes on')
check(server.memory() < after + 48 * 1024, `memory after the crowd: ${server.memory()} KB, before ${after} KB`)
const handles = ask(folder, 'select count(*) from cases')[0][0]

await server.stop()
for (const args of [['verify'], ['replay', '--verify', '--recompute']]) {
  const ran = run([...args, '--data', folder])
  check(ran.status === 0, `${args.join(' ')}: ${ran.out}${ran.err}`)
}
check(!/Sanitizer|runtime error|lingban: /.test(server.log), `the log: ${server.log.slice(-500)}`)
console.log(`${posts.length} routes, ${places.length} addresses, ${handles} cases; memory ${warm} → ${after} KB`)
total()
