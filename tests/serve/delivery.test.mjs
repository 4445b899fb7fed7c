// delivery.test.mjs: a delivery has a day, an hour and a place; whoever brought it, the office and the resident read them.
import { Server, ask, check, makeFolder, plain, total } from './server.mjs'

const folder = makeFolder('delivery', `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
open w wish by wang $sun $rice
complete w check by wang /data/outcome=approve
claim w claim by li
complete w accept by wang /data/outcome=accept
complete w prepare by li $ready
`)
const one = (sql) => ask(folder, sql)[0]?.[0]
const reference = one('select reference from cases')
const server = await Server.start(folder, ['--demo', '--clock', '2026-09-08T15:00:00+08:00'])
const enter = (login) => server.enter(one(`select id from account where login = '${login}'`))
const li = await enter('li'), wang = await enter('wang')
const task = one("select id from task where element = 'deliver'")
// The first answer brings the others; the page with them has an address of its own.
const begun = await li.send(`/tasks/${task}?page=all`, { _page: 'all', outcome: 'delivered', _go: 'send' }, `/tasks/${task}?page=all`)
const draft = begun.headers.location
const form = (await li.get(draft)).text
// What was filled in on the way, step by step, stands beside the form: also where the form is half filled in.
const beside = (text) => [...text.matchAll(/<(?:section class="panel"|details class="panel fold"><summary)><h2>([^<]*)/g)].map((m) => m[1])
const empty = beside((await li.get(`/tasks/${task}`)).text)
check(empty.length > 1 && beside(form).join() === empty.join(), `the same answers beside the form, begun or not: ${empty} / ${beside(form)}`)
check(/<input[^>]*name="hour"[^>]*>/.test(form) && form.match(/<input[^>]*name="hour"[^>]*>/)[0].includes('type="time"'), 'the form asks for the hour')
const sent = await li.send(draft, { _page: 'all', outcome: 'delivered', day: '2026-09-08', hour: '14:30', spent_hours: '', place: 'home', visit: '一切都好', need: 'none', photo: '', _go: 'send' }, draft)
check(sent.status === 303 && one(`select state from task where id = ${task}`) === 'completed', `delivered: ${sent.status} ${sent.headers.location} ${plain(sent.text).slice(0, 300)}`)
const receipt = (await wang.get(`/cases/${reference}/receipt`)).text
const link = receipt.match(/\/c\/\d+\/[A-Za-z0-9_-]+/)?.[0]
const resident = server.person()
check((await resident.get(link)).status === 303, 'the link of the slip forwards')
for (const [who, person] of [['whoever brought it', li], ['the office', wang], ['the resident', resident]]) {
  const text = plain((await person.get(`/cases/${reference}`)).text)
  check(/14:30/.test(text) && !/14:30:00/.test(text) && /居民家中/.test(text), `${who} reads the hour and the place`)
}
check(!/14:30/.test((await server.person().get(`/cases/${reference}`)).text), 'nobody else does')
await server.stop()
total()
