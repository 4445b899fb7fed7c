// together.test.mjs: one form for several tasks, from the list in which they were ticked: what cannot go along is named
// and stays ticked, and one comes back to that list. A photo goes with those who agreed to it. Whoever gets a task is chosen, not the first of the list.
import { Server, ask, check, makeFolder, plain, root, total } from './server.mjs'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = makeFolder('together', `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
account anna staff at beihu
account bella staff at nanhu
open w1 wish by wang $sun $rice
open w2 wish by wang $zhou $lamp
open w3 wish by wang $sun $lamp
complete w3 check by wang /data/outcome=approve
claim w3 claim by li
open d1 wish by wang $sun $rice
open d2 wish by wang $zhou $rice
open d3 wish by wang $zhou $lamp
complete d1 check by wang /data/outcome=approve
complete d2 check by wang /data/outcome=approve
complete d3 check by wang /data/outcome=approve
claim d1 claim by li
claim d2 claim by li
claim d3 claim by li
complete d1 accept by wang /data/outcome=accept
complete d2 accept by wang /data/outcome=accept
complete d3 accept by wang /data/outcome=accept
complete d1 prepare by li $ready
complete d2 prepare by li $ready
complete d3 prepare by li $ready
`)
const one = (sql) => ask(folder, sql)[0]?.[0]
const server = await Server.start(folder, ['--demo', '--clock', '2026-09-07T10:00:00+08:00'])
const wang = await server.enter(one("select id from account where login = 'wang'"))
const checks = ask(folder, "select id from task where element = 'check' and state = 'open' order by id").flat()
const other = one("select id from task where state in ('open', 'claimed') and element = 'accept'")
check(checks.length === 2 && other, `two checks and another step: ${checks} ${other}`)
const list = '/tasks?list=office'
check(/<input type="hidden" name="list" value="office">/.test((await wang.get(list)).text), 'the list says which it is')
const choose = async (...tasks) => {
  const sent = await wang.send('/tasks', { do: 'together', list: 'office', task: tasks }, list)
  check(/^\/tasks-together\?/.test(sent.headers.location || ''), `chosen: ${sent.status} ${sent.headers.location}`)
  return wang.get(sent.headers.location)
}
// Another step among them: back in the same list, with all the ticks, and it is said which one.
const back = await choose(...checks, other)
check(back.status === 303 && back.headers.location === `/tasks?list=office&tasks=${[...checks, other]}`, `back to the list: ${back.headers.location}`)
const again = await wang.get(back.headers.location)
const ticked = [...again.text.matchAll(/name="task" value="(\d+)" checked/g)].map((found) => found[1]).sort()
check(ticked.join() === [...checks, other].sort().join(), `the ticks are kept: ${ticked}`)
const name = plain(again.text).match(/不能与其他任务一起办：([^。]*)。/)?.[1]
check(/修灯/.test(name) && !/大米/.test(name) && !/；/.test(name), `the one that cannot go along is named: ${name}`)
// The same step: one form, and back to the list.
const form = await choose(...checks)
const action = form.text.match(/action="(\/tasks-together[^"]*)"/)?.[1].replaceAll('&amp;', '&')
check(form.status === 200 && /list=office/.test(action), `the form knows its list: ${action}`)
check(/href="\/tasks\?list=office&amp;tasks=/.test(form.text), 'and leads back to it')
const sent = await wang.send(action, { outcome: 'approve', note: '', _go: 'send', _page: 'all' }, action)
check(sent.status === 303 && sent.headers.location === '/tasks?list=office', `done, back in the list: ${sent.status} ${sent.headers.location} ${plain(sent.text).slice(0, 200)}`)
check(one(`select count(*) from task where id in (${checks}) and state = 'completed'`) === '2', 'both are done')

// A joint activity day: one photo, and it goes with those who are in it and agreed, each with a file of its own.
const li = await server.enter(one("select id from account where login = 'li'"))
const [a, b, c] = ask(folder, "select id from task where element = 'deliver' and state in ('open', 'claimed') order by id").flat()
check(a && b && c, `three deliveries: ${a} ${b} ${c}`)
async function multipart(path, fields, photo) {
  const line = 'lingban-test-line', pieces = []
  for (const [name, value] of Object.entries({ ...(await li.form(path)), ...fields }))
    for (const each of [value].flat()) pieces.push(`--${line}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${each}\r\n`)
  if (photo) pieces.push(`--${line}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`, photo, '\r\n')
  pieces.push(`--${line}--\r\n`)
  return li.ask('POST', path, Buffer.concat(pieces.map((piece) => Buffer.from(piece))), { 'Content-Type': `multipart/form-data; boundary=${line}` })
}
const delivered = { _page: 'all', outcome: 'delivered', day: '2026-09-07', hour: '', spent_hours: '', place: 'activity', visit: '一起包了饺子', need: 'none', photo: '' }
let at = `/tasks-together?tasks=${[a, b, c]}&list=mine`
at = (await multipart(at, { _page: 'all', outcome: 'delivered', _go: 'send' })).headers.location
at = (await multipart(at, { ...delivered, photo_for: [a, b], _go: 'send' }, readFileSync(join(root, 'tests/scenes/lamp.jpg')))).headers.location
check((await li.get(at)).text.match(/name="photo_for" value="\d+" form="together" checked/g)?.length === 2, `whose photo it is stays ticked: ${at}`)
const nobodys = await multipart(at, { ...delivered, photo_public: 'no', _go: 'send' })
check(one(`select count(*) from task where id in (${[a, b, c]}) and state = 'completed'`) === '0' && /勾选照片归谁/.test((await li.get(nobodys.headers.location)).text), 'a photo of nobody is asked about')
const all = await multipart(at, { ...delivered, photo_public: 'no', photo_for: [a, b], _go: 'send' })
check(all.headers.location === '/tasks?list=mine' && one(`select count(*) from task where id in (${[a, b, c]}) and state = 'completed'`) === '3', `all three are delivered: ${all.status} ${all.headers.location}`)
const photos = ask(folder, 'select t.id, at.address from task t join attachment at on at.subject_kind = 2 and at.subject_id = t.case_id where at.sealed_key is not null order by t.id').filter(([task]) => [a, b, c].includes(task))
check(photos.map(([task]) => task).join() === [a, b].join() && photos[0][1] !== photos[1][1], `the photo is with two, a file each: ${photos.map(([task]) => task)}`)
check(one('select count(*) from local_upload') === '0', 'and nothing waits')

// Handing over: one's own office first, nobody chosen beforehand.
const people = (await wang.get(`/tasks/${other}/more`)).text.match(/<select[^>]*id="hand-to"[\s\S]*?<\/select>/)?.[0] || ''
check(/required><option value="">/.test(people), 'nobody is chosen beforehand')
check(people.indexOf('bella') > 0 && people.indexOf('bella') < people.indexOf('zhao') && people.indexOf('bella') < people.indexOf('anna'), `one's own office stands first: ${plain(people)}`)
await server.stop()
total()
