// account.test.mjs: passwords and sessions without the demo: a first password opens nothing but the page where it is
// changed; a new one ends the sessions of the old; five wrong ones lock the address they come from for a quarter of an hour,
// and nobody where they work; sessions are listed and
// ended, one or all; a number gets ten codes a day. A full disk that keeps a session alive is told.
import { Server, ask, check, makeFolder, plain, run, temporary, total } from './server.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = makeFolder('account', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\naccount root admin at city\nopen w wish by wang $zhou $lamp\n')
const made = run(['account', 'reset', 'root', '--data', folder])
const first = made.out.match(/first password (\w{12})/)?.[1]
check(first, `a first password: ${made.out}${made.err}`)
const home = temporary('account-clock'), clock = join(home, 'clock')
const setClock = (text) => writeFileSync(clock, `${text}\n`)
setClock('2026-09-07T10:00:00+08:00')
const server = await Server.start(folder, ['--clock-file', clock, '--quiet', '--behind-proxy'])
const later = async (text) => { setClock(text); await new Promise((done) => setTimeout(done, 1200)) }
const signIn = async (login, password, from) => {
  const who = server.person('en')
  if (from) who.always = { 'X-Forwarded-For': from }
  const answer = await who.send('/sign-in', { login, password }, '/sign-in')
  return { who, answer }
}

// ---- a first password

const own = 'ein eigenes Passwort 2026'
let { who, answer } = await signIn('root', first)
check(answer.status === 303 && answer.headers.location === '/account?change=1', `it leads to the account: ${answer.status} ${answer.headers.location}`)
for (const page of ['/tasks', '/admin', '/admin/people', '/', '/services/wish', '/search']) {
  const read = await who.get(page)
  check(read.status === 303 && read.headers.location === '/account?change=1', `${page} before: ${read.status}`)
}
const early = await who.send('/admin/organisations', { act: 'add', name: '早', kind: 'community' }, '/account')
check(early.status === 303 && ask(folder, "select count(*) from organisation where name = '早'")[0][0] === '0', 'nothing is done with it')
const second = (await signIn('root', first)).who
check((await who.send('/account/password', { password: 'short' }, '/account')).status === 422, 'a short one is refused')
answer = await who.send('/account/password', { password: own }, '/account')
check(answer.status === 303 && (await who.get('/admin')).status === 200, `changed: ${answer.status}`)
check((await second.get('/account')).status !== 200, 'whoever was signed in with the first one is out')
check((await signIn('root', first)).answer.status === 422, 'the first one is worth nothing now')

// ---- sessions are listed and ended

const phone = (await signIn('root', own)).who
const listed = [...(await phone.get('/account')).text.matchAll(/name="session" value="([0-9a-f]{64})"/g)].map((m) => m[1])
check(listed.length === 2 || listed.length === 1, `${listed.length} sessions can be ended from the list`)
const [[elder]] = ask(folder, 'select hash from local_session where account is not null order by created_at, hash limit 1')
const ended = await phone.send('/account/session', { session: elder }, '/account')
check(ended.status === 303 && ask(folder, 'select count(*) from local_session where account is not null')[0][0] === '1', 'one ended is one less')
check(((await who.get('/account')).status === 200) !== ((await phone.get('/account')).status === 200), 'and one of the two is out')

// ---- the lock-out

for (let i = 0; i < 5; i++) check((await signIn('root', `wrong ${i} wrong`)).answer.status === 422, `wrong password ${i + 1}`)
check((await signIn('root', own)).answer.status === 429, 'after five even the right one waits')
check((await signIn('ghost', own)).answer.status === 422, 'others are not locked')
await later('2026-09-07T10:14:00+08:00')
check((await signIn('root', own)).answer.status === 429, 'for a quarter of an hour')
await later('2026-09-07T10:16:00+08:00')
const again = await signIn('root', own)
check(again.answer.status === 303, `then it ends by itself: ${again.answer.status}`)

// ---- a stranger locks out nobody but themselves

const office = '192.0.2.10', stranger = '198.51.100.7'
check((await signIn('root', own, office)).answer.status === 303, 'root works at the office')
for (let i = 0; i < 5; i++) await signIn('root', `wrong ${i} wrong`, stranger)
check((await signIn('root', own, stranger)).answer.status === 429, 'the stranger waits')
check((await signIn('root', own, '203.0.113.9')).answer.status === 303, 'from a third place root may sign in')
for (let i = 0; i < 15; i++) await signIn('root', `wrong ${i} wrong`, `198.51.100.${100 + i}`)
check((await signIn('root', own, '198.51.100.200')).answer.status === 429, 'after twenty from many addresses a new one waits')
check((await signIn('root', own, office)).answer.status === 303, 'and root does not, where root works')
check((await signIn('ghost', own, '198.51.100.200')).answer.status === 422, 'nor anybody else')
const stored = ask(folder, 'select what from local_failure').map(([what]) => what).join()
check(stored.includes('known:') && !/192\.0\.2|198\.51|root/.test(stored), 'no address and no login stands in the folder')
await later('2026-09-07T10:19:00+08:00')
const fresh = await (await signIn('root', own, office)).who.send('/account/password', { password: own + '!' }, '/account')
check(fresh.status === 303 && (await signIn('root', own + '!', stranger)).answer.status === 303, `a new password ends the waiting: ${fresh.status}`)

// ---- where somebody sits: what the proxy added, the last line; the first 64 bits of IPv6; no port; and many at once

const guess = async (login, from) => (await signIn(login, 'wrong wrong', from)).answer.status
for (let i = 0; i < 5; i++) await guess('guest-a', [`192.0.2.${i + 1}`, '203.0.113.20'])
check(await guess('guest-a', ['192.0.2.99', '203.0.113.20']) === 429, 'a made-up line before the line of the proxy gives no more guesses')
for (let i = 0; i < 5; i++) await guess('guest-b', `2001:db8:1:2::${i + 1}`)
check(await guess('guest-b', '2001:db8:1:2:aaaa::9') === 429 && await guess('guest-b', '2001:db8:1:3::1') === 422, 'the addresses of one subscriber are one')
for (let i = 0; i < 5; i++) await guess('guest-c', i % 2 ? `203.0.113.21:${4000 + i}` : `::ffff:203.0.113.21`)
check(await guess('guest-c', '203.0.113.21') === 429, 'an address is the same with its port, and written as one of IPv6')
for (let i = 0; i < 5; i++) await guess('guest-d', `198.51.100.9, nonsense ${i}`)
check(await guess('guest-d') === 429, 'nonsense is no address')
check((await signIn('root', own + '!', '2001:db8:5:5::1')).answer.status === 303, 'root works on a line of IPv6')
for (let i = 0; i < 20; i++) await guess('root', `198.51.100.${100 + i}`)
check((await signIn('root', own + '!', '2001:db8:5:5:1234::2')).answer.status === 303, 'and may still, when the device took another address')
const crowd = await Promise.all(Array.from({ length: 12 }, () => guess('guest-e', '203.0.113.22')))
check(crowd.filter((status) => status === 422).length === 5, `of twelve at once five are guesses: ${crowd}`)

// One password tried on everybody: a hundred, then that address waits; whoever works there does not.
await later('2026-09-07T10:40:00+08:00')
check((await signIn('root', own + '!', '203.0.113.30')).answer.status === 303, 'root works at an address that many share')
const sprayed = {}
for (let i = 0; i < 104; i++) sprayed[await guess(`login-${i}`, '203.0.113.30')] = i
check(sprayed[422] === 99 && sprayed[429] === 103, `the first hundred are guesses: ${JSON.stringify(sprayed)}`)
check((await signIn('root', own + '!', '203.0.113.30')).answer.status === 303, 'and root is let in there')
check(ask(folder, "select count(*) from local_failure where what like 'login:%'")[0][0] < 300, 'what was made up leaves so many rows and no more')

// ---- codes

const resident = server.person('en')
const ten = []
for (let i = 0; i < 14; i++) {
  const minute = String(20 + 2 * i).padStart(2, '0')
  await later(i < 20 ? `2026-09-07T10:${minute}:00+08:00` : '')
  ten.push((await resident.send('/mine', { phone: '04340000002' }, '/mine')).status)
}
check(ten.slice(0, 10).every((s) => s === 200) && ten.slice(10).every((s) => s === 422), `ten codes a day: ${ten}`)
check(Number(ask(folder, 'select count(*) from local_message')[0][0]) === 10, 'and ten messages')
check(ask(folder, "select count(*) from local_code where phone like '%04340000002%'")[0][0] === '0', 'the number stands in no row of codes')
await later('2026-09-08T12:00:00+08:00')
check((await resident.send('/mine', { phone: '04340000002' }, '/mine')).status === 200, 'the next day there are more')
await server.stop()

// ---- verify names who cannot sign in for want of a password

const looked = run(['verify', '--data', folder])
const named = looked.out.split('\n').find((line) => line.startsWith('Accounts without a password')) ?? ''
check(looked.status === 0 && /\bwang\b/.test(named) && !/\broot\b/.test(named), `whoever never got one is named, and no fault: ${looked.status} ${looked.out}`)
total()
