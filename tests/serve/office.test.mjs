// office.test.mjs: what an office does beside forms, on the pages: 撤回 on the case's page, 委托 on one's own, 督办 with
// its mark, what stopped is listed, mended and tried again; and a cycle that was slept through fires once.
import { Server, ask, check, makeFolder, plain, run, sleep, temporary, total } from './server.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = makeFolder('office', `clock 2026-03-02T10:00:00+08:00
deploy tests/services/approval
deploy tests/services/faults
organisation city city "四平市"
account wang staff at city
account zhao staff at city
account boss supervisor at city
account chief admin at city
open a1 approval by wang at city /data/what=采购
open f1 faults by wang at city /data/what=小额
open f2 faults by wang at city /data/what=无人办
complete f1 enter by wang /data/amount=5
`)
const clock = join(temporary('office-clock'), 'clock')
const setClock = (text) => writeFileSync(clock, `${text}\n`)
const start = () => Server.start(folder, ['--demo', '--clock-file', clock])
const one = (sql) => ask(folder, sql)[0]?.[0]
const page = (title) => `/cases/${one(`select reference from cases where title = '${title}'`)}`
const tasks = (title, element, state) => Number(one(`select count(*) from task t join cases c on c.id = t.case_id where c.title = '${title}' and t.element = '${element}' and t.state = '${state}'`))
setClock('2026-03-02T11:00:00+08:00')
let server = await start()
const wang = await server.enter(1), zhao = await server.enter(2), boss = await server.enter(3), chief = await server.enter(4)

// 撤回
const approval = page('采购')
check(!(await wang.get(approval)).text.includes('take-back'), 'nothing to take back yet')
const draft = one("select id from task where element = 'draft'")
const filled = await wang.send(`/tasks/${draft}`, { amount: '700', _go: 'send', _page: 'all' }, `/tasks/${draft}`)
check(tasks('采购', 'draft', 'completed') === 1, `the draft is done: ${filled.status} ${plain(filled.text).slice(0, 300)}`)
let shown = await wang.get(approval)
check(shown.text.includes(`action="/tasks/${draft}/more"`), 'whoever did the step may take it back')
check(!(await zhao.get(approval)).text.includes('value="take-back"'), 'nobody else')
const back = await wang.send(`/tasks/${draft}/more`, { act: 'take-back', reason: '填错了' }, approval)
check(back.status === 303 && tasks('采购', 'draft', 'open') === 1 && tasks('采购', 'review', 'open') === 0, `taken back: ${back.status}`)
shown = await wang.get(approval)
check(/撤回：拟稿/.test(plain(shown.text)) && /填错了/.test(plain(shown.text)), 'the history says so, with the reason')

// 督办
const manage = `${approval}/manage`
await boss.send(manage, { act: 'supervise', reason: '群众关心' }, manage)
check(/督办中/.test(plain((await wang.get(approval)).text)), 'the case carries the mark')
check(/督办中/.test(plain((await wang.get('/tasks?list=office')).text)), 'and so do its tasks in the list')
await boss.send(manage, { act: 'supervise-end', reason: '已办' }, manage)
check(!/督办中/.test(plain((await wang.get(approval)).text)), 'until it ends')
check((await boss.send(manage, { act: 'supervise-end' }, manage)).status === 409, 'and it ends once')

// 委托
const away = await wang.send('/account/delegate', { to: '2', from_day: '2026-03-02', to_day: '2026-03-09' }, '/account')
check(away.status === 303, `delegated: ${away.status}`)
shown = await wang.get('/account')
check(/zhao，2026-03-02 至 2026-03-09/.test(plain(shown.text)), 'one’s own page says who stands in')
check((await zhao.send('/account/delegate', { delegation: '1' }, '/account')).status === 403, 'nobody else ends it')
await wang.send('/account/delegate', { delegation: '1' }, '/account')
check(!/至 2026-03-09/.test(plain((await wang.get('/account')).text)), 'it can be ended before its time')
check(one('select to_day from delegation') === '2026-03-01', 'as of yesterday')

// what stopped
shown = await chief.get('/admin/incidents')
const stuck = page('小额')
check(shown.text.includes(`${stuck}/manage`) && /够大吗/.test(plain(shown.text)) && !/\[&#?\w+;|\["/.test(shown.text), `the list names case and step in words: ${plain(shown.text).slice(200, 500)}`)
check(/没有|不成立|条件/.test(plain(shown.text)), 'and says why')
const incident = one('select id from incident')
await boss.send(`${stuck}/manage`, { act: 'retry', incident, variable: '', value: '' }, `${stuck}/manage`)
check(one('select count(*) from incident') === '1' && tasks('小额', 'approve', 'open') === 0, 'tried again without mending it stops again')
const again = one('select id from incident')
const mended = await boss.send(`${stuck}/manage`, { act: 'retry', incident: again, variable: 'amount', value: '500' }, `${stuck}/manage`)
check(mended.status === 303 && one('select count(*) from incident') === '0' && tasks('小额', 'approve', 'open') === 1, `mended, it goes on: ${mended.status}`)
await server.stop()

// Four mornings while the machine was off.
check(tasks('无人办', 'remind', 'open') === 0, 'no morning has come yet')
setClock('2026-03-06T12:00:00+08:00')
server = await start()
for (let i = 0; i < 100 && tasks('无人办', 'remind', 'open') === 0; i++) await sleep(50)
await sleep(1500)
check(tasks('无人办', 'remind', 'open') === 1, `slept through, it fires late, and once: ${tasks('无人办', 'remind', 'open')}`)
check(one("select w.due / 1000000 from wait w join cases c on c.id = w.case_id where c.title = '无人办' and w.kind = 0") === String(Date.parse('2026-03-07T09:00:00+08:00') / 1000), 'the next is tomorrow morning')
setClock('2026-03-07T09:00:01+08:00')
for (let i = 0; i < 100 && tasks('无人办', 'remind', 'open') < 2; i++) await sleep(50)
check(tasks('无人办', 'remind', 'open') === 2, 'and comes')
await server.stop()
const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
check(replayed.status === 0, `replay: ${replayed.out}${replayed.err}`)
total()
