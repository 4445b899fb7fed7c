// text.test.mjs: the same word in another form of Unicode is the same word, through every door: a form's field, a search,
// a password, the command line. Devices differ: a name may come as é or as e and an accent, 한 as one sign or as three.
import { Server, ask, check, makeFolder, run, temporary, total } from './server.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const composed = 'José 한', apart = composed.normalize('NFD')
check(composed !== apart && composed.length < apart.length, 'the two forms differ')
const folder = makeFolder('text', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\naccount root admin at city\n')
const file = join(temporary('text-files'), 'password')
writeFileSync(file, `${'pâssé-한국'.normalize('NFD')}\n`)
const made = run(['account', 'create', 'jose', '--name', apart, '--role', 'staff', '--password-file', file, '--data', folder])
check(made.status === 0, `account create: ${made.err}`)
check(ask(folder, "select name from party p join account a on a.party = p.id where a.login = 'jose'")[0][0] === composed, 'the command line')

const server = await Server.start(folder, ['--demo'])
const wang = await server.enter(1)
const page = '/services/wish/new?page=all&channel=desk'
const sent = await wang.send(page, {
  _page: 'all', _channel: 'desk', 'who/filled_by': 'self', 'who/name': apart, 'who/phone': '04340000002', 'who/age': '80s', 'who/living': '', 'where/office': '2', 'where/building': apart,
  'where/room': '', 'item[1]/category': 'repair', 'item[1]/what': `修灯 ${apart}`, 'item[1]/quantity': '1', 'item[1]/unit': '盏', 'item[1]/value_yuan': '0', 'story/why': '', 'story/photo': '',
  'agree/consent': 'OK', _go: 'send'
}, page)
check(/receipt$/.test(sent.headers.location || ''), `sent: ${sent.status} ${sent.headers.location}`)
for (const [what, sql] of [['a personal answer', "select personal from answer where path = '/data/who/name'"], ['the title', "select replace(title, '修灯 ', '') from cases"],
  ['the party', "select name from party where phone = '04340000002'"], ['an answer of a repeat', "select replace(value, '修灯 ', '') from answer where path = '/data/item[1]/what'"]]) {
  check(ask(folder, sql)[0]?.[0] === composed, `${what} is kept in one form: ${ask(folder, sql)}`)
}
for (const form of ['NFC', 'NFD']) {
  const found = await wang.get(`/search?q=${encodeURIComponent(composed.normalize(form))}`)
  check(found.status === 200 && found.text.includes('修灯'), `found by its name in ${form}`)
  const person = server.person()
  const entered = await person.send('/sign-in', { login: 'jose', password: 'pâssé-한국'.normalize(form) }, '/sign-in')
  check(entered.status === 303 && person.cookies.has('session'), `the password in ${form}: ${entered.status} ${[...person.cookies.keys()]}`)
}
const note = await wang.send(`${sent.headers.location.replace('/receipt', '')}/do/note`, { text: apart }, sent.headers.location.replace('/receipt', ''))
check(note.status === 303 && ask(folder, "select note from history where kind = 'noted'")[0][0] === composed, 'a remark')
await server.stop()
const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
check(replayed.status === 0, `replay: ${replayed.err}`)
total()
