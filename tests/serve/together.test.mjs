// together.test.mjs: one form for several tasks, from the list in which they were ticked: what cannot go along is named
// and stays ticked, and one comes back to that list. Whoever gets a task is chosen, not the first of the list.
import { Server, ask, check, makeFolder, plain, total } from './server.mjs'

const folder = makeFolder('together', `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
account anna staff at beihu
account bella staff at nanhu
open w1 wish by wang $sun $rice
open w2 wish by wang $zhou $lamp
open w3 wish by wang $sun $lamp
complete w3 check by wang /data/outcome=approve
claim w3 claim by li
`)
const one = (sql) => ask(folder, sql)[0]?.[0]
const server = await Server.start(folder, ['--demo'])
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

// Handing over: one's own office first, nobody chosen beforehand.
const people = (await wang.get(`/tasks/${other}/more`)).text.match(/<select[^>]*id="hand-to"[\s\S]*?<\/select>/)?.[0] || ''
check(/required><option value="">/.test(people), 'nobody is chosen beforehand')
check(people.indexOf('bella') > 0 && people.indexOf('bella') < people.indexOf('zhao') && people.indexOf('bella') < people.indexOf('anna'), `one's own office stands first: ${plain(people)}`)
await server.stop()
total()
