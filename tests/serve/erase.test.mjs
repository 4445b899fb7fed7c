// erase.test.mjs: a person is erased for good: of their name, number, address, wish and words nothing is left in any byte of
// the data folder, tables that are never journalled included, and the journal still replays and verifies.
import { Server, ask, check, makeFolder, plain, run, sleep, total } from './server.mjs'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = makeFolder('erase', `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
account root admin at city
words zhang /data/who/filled_by=staff /data/who/age=70s /data/where/office=@nanhu "/data/where/building=章家小区 1 号楼" /data/where/room=101 /data/agree/consent=OK /data/agree/how=spoken
open twice1 wish by wang $zhang $rice /data/who/name=章重号 /data/who/phone=04347776662
open twice2 wish by wang $zhang $lamp /data/who/name=章重号 /data/who/phone=04347776663
open wife wish by wang $zhang $lamp /data/who/name=温配偶 /data/who/phone=04347776664
words he /data/who/filled_by=staff /data/who/age=70s /data/where/office=@nanhu "/data/where/building=何家小区 2 号楼" /data/where/room=201 /data/agree/consent=OK /data/agree/how=spoken
open pair1 wish by wang $he $rice /data/who/name=何同名 /data/who/phone=04347776665
open pair2 wish by wang $he $lamp /data/who/name=何同名 /data/who/phone=04347776666
words ai /data/who/filled_by=staff /data/who/name=艾可可 /data/who/phone=04347776661 /data/who/age=70s /data/where/office=@nanhu "/data/where/building=艾家小区 3 号楼" "/data/where/room=艾单元 301" /data/agree/consent=OK /data/agree/how=spoken
open gone wish by wang $ai $rice
open stays wish by wang $sun $lamp
`)
const marks = ['艾可可', '04347776661', '艾家小区', '艾单元', '艾记一笔', '艾改地址', '艾草稿']
const [[reference]] = ask(folder, "select c.reference from cases c join party p on p.id = c.applicant where p.phone = '04347776661'")
const server = await Server.start(folder, ['--demo', '--clock', '2026-09-07T10:00:00+08:00'])
const number = (login) => Number(ask(folder, `select id from account where login = '${login}'`)[0][0])
const wang = await server.enter(number('wang')), root = await server.enter(number('root'))

// The person signs in by a code and reads; the office writes a note and mends the address.
const resident = server.person()
check((await resident.send('/mine', { phone: '04347776661' }, '/mine')).status === 200, 'a code is asked for')
const code = ask(folder, "select body from local_message where recipient like '%' order by id desc limit 1")[0][0].match(/\d{6}/)[0]
check((await resident.send('/mine', { phone: '04347776661', code }, '/mine')).status === 303, 'and lets the person in')
check(plain((await resident.get('/mine')).text).includes('大米'), 'who reads their case')
const address = `/cases/${reference}`
check((await wang.send(`${address}/do/note`, { text: '艾记一笔' }, address)).status === 303, 'a note is written')
const [[submission]] = ask(folder, `select min(submission) from answer where case_id = (select id from cases where reference = '${reference}')`)
const amended = await wang.send(`${address}/amend`, { s: submission, p: '/data/where/room', value: '艾单元 302', reason: '艾改地址' }, `${address}/amend?s=${submission}&p=/data/where/room`)
check(amended.status === 303, `the address is mended: ${amended.status} ${plain(amended.text).slice(0, 300)}`)
// A number that nobody has, and a second code for one who has.
check((await server.person().send('/mine', { phone: '04347776661' }, '/mine')).status !== 500, 'another code is asked for')

const bytes = () => {
  const found = []
  const walk = (below) => {
    for (const entry of readdirSync(below, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(below, entry.name))
      else for (const mark of marks) if (readFileSync(join(below, entry.name)).includes(mark)) found.push(`${entry.name}: ${mark}`)
    }
  }
  walk(folder)
  return found
}
check(bytes().length > 0, 'before, it is all there')
const [[party]] = ask(folder, "select id from party where phone = '04347776661'")
// One person entered twice, with two telephones: the page says what is reached and what not, and both go along.
const caseOf = (phone) => ask(folder, `select c.reference from cases c join party p on p.id = c.applicant where p.phone = '${phone}'`)[0]?.[0]
const spaced = (digits) => digits.replace(/(\d{4})(?=\d)/g, '$1-')
const [first, second, wife] = ['04347776662', '04347776663', '04347776664'].map(caseOf)
const erasePage = (await root.get(`/admin/erase?q=${first}`)).text
const [, goes, same, stays] = erasePage.match(/<h3>将被擦除<\/h3>([\s\S]*)<h3>同户同名的登记<\/h3>([\s\S]*)<h3>予以保留[^<]*<\/h3>([\s\S]*)<\/form>/) || []
check(goes?.includes(spaced(first)) && !goes.includes(spaced(second)), 'what is reached is listed')
check(same?.includes(spaced(second)) && /name="also"/.test(same) && !same.includes(spaced(wife)), 'the same name in the household is offered')
check(stays?.includes(spaced(wife)) && !/name="also"/.test(stays), 'and who else lives there is said to stay')
check(!/全部勾选后/.test(erasePage) && /全部勾选后，户内再没有其他人/.test((await root.get(`/admin/erase?q=${caseOf('04347776665')}`)).text), 'what goes only with those ticked is said where it is so')
check(!/温配偶|章重号|0434777666/.test(erasePage), 'all of it masked')
const also = same?.match(/name="also" value="(\d+)"/)?.[1]
const partyOf = (reference) => ask(folder, `select applicant from cases where reference = '${reference}'`)[0][0]
await root.send('/admin/erase', { party: partyOf(first), also, reason: '本人要求', sure: 'yes' }, `/admin/erase?q=${first}`)
const has = (reference) => ask(folder, `select coalesce(p.name, '') from cases c join party p on p.id = c.applicant where c.reference = '${reference}'`)[0][0]
check(has(first) === '' && has(second) === '' && has(wife) === '温配偶', `both entries are erased, nobody else: ${[first, second, wife].map(has)}`)
const last = (await root.get(`/admin/erase?q=${wife}`)).text
check(/户内没有其他人/.test(last), 'with the last of a household its address goes: it is said before')

const erased = await root.send('/admin/erase', { party, reason: '本人要求', sure: 'yes' }, `/admin/erase?q=${reference}`)
check(erased.status === 303, `erased: ${erased.status}`)
check((await resident.get('/mine')).text.includes('大米') === false, 'the session by that number shows nothing any more')
for (const [table] of ask(folder, "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'")) {
  const columns = ask(folder, `select name from pragma_table_info('${table}')`).map(([c]) => `coalesce(cast("${c}" as text), '')`).join(" || ' ' || ")
  for (const mark of marks) check(ask(folder, `select count(*) from "${table}" where ${columns} like '%${mark}%'`)[0][0] === '0', `${table} still has ${mark}`)
}
await server.stop()
const left = bytes()
check(left.length === 0, `in the files there is still ${left.join(', ')}`)
for (const args of [['verify'], ['replay', '--verify', '--recompute']]) {
  const ran = run([...args, '--data', folder])
  check(ran.status === 0, `${args.join(' ')}: ${ran.out}${ran.err}`)
}
total()
