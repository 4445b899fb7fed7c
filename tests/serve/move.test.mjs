// move.test.mjs: an administrator moves running cases to another version of their service: the page proposes where each
// step goes, the trial names the case that cannot move and why and changes nothing, moving is all or none for each case,
// and after the plan is mended the last one follows. In both languages, without a script.
import { Server, ask, check, makeFolder, plain, run, total } from './server.mjs'

const folder = makeFolder('move', `clock 2026-03-02T09:00:00+08:00
deploy tests/services/approval
organisation city city "四平市"
account wang staff at city
account zhao staff at city
account boss admin at city
open a1 approval by wang at city /data/what=采购
open a2 approval by wang at city /data/what=用车
complete a2 draft by wang
open a3 approval by wang at city /data/what=印章
complete a3 draft by wang
complete a3 review by zhao
deploy tests/services/approval-next
`)
const [[oldVersion], [newVersion]] = ask(folder, "select id from service_version where service = 'approval' order by id")
const versions = () => ask(folder, 'select version from cases order by id').map(([v]) => v).join(' ')
const standing = () => ask(folder, "select c.id || ':' || t.element from task t join cases c on c.id = t.case_id where t.state in ('open', 'claimed') order by c.id, t.element").join(' ')
const references = ask(folder, 'select reference from cases order by id').map(([r]) => r)
const shows = (text, reference) => text.includes(`/cases/${reference}`)

const server = await Server.start(folder, ['--demo'])
const boss = await server.enter(3)
const address = '/admin/services/approval/move', query = `${address}?from=${oldVersion}&to=${newVersion}`
check((await boss.get('/admin/services')).text.includes(address), 'the list of services leads to the page')
check((await (await server.enter(1)).get(query)).status === 403, 'staff do not move cases')

let page = await boss.get(query)
const field = (step) => page.text.match(new RegExp(`name="step-${step}">([\\s\\S]*?)</select>`))?.[1] || ''
check(/value="draft" selected/.test(field('draft')), 'the same id is proposed')
check(/value="recheck" selected/.test(field('review')), 'else the same name')
check(/value=""/.test(field('legal')) && !/selected/.test(field('legal')), 'else nothing')
check((page.text.match(/<svg/g) || []).length >= 2, 'both diagrams are drawn')
check(/data-id="legal"/.test(page.text) && /data-id="recheck"/.test(page.text), 'the old one and the new one')

const plan = { from: oldVersion, to: newVersion, 'step-draft': 'draft', 'step-review': 'recheck', 'step-finance': 'finance', 'step-legal': '', reason: '新版' }
const before = standing()
page = await boss.send(address, { ...plan, how: 'try' }, query)
check(page.status === 200 && /以下办件迁不过去。什么都还没有改/.test(plain(page.text)), `the trial: ${page.status} ${plain(page.text).slice(0, 300)}`)
const failed = page.text.match(/迁不过去的<\/h2>([\s\S]*?)<\/section>/)?.[1] || ''
check(shows(failed, references[2]) && !shows(failed, references[0]) && !shows(failed, references[1]), 'it names the case that cannot move')
check(/法务/.test(failed), `and why: ${plain(failed)}`)
check(versions() === `${oldVersion} ${oldVersion} ${oldVersion}` && standing() === before, 'a trial changes nothing')
check(field('review').includes('value="recheck" selected') && page.text.includes('value="新版"'), 'the plan stays on the page')

check((await boss.send(address, { from: oldVersion, to: oldVersion, how: 'do' }, query)).status === 422, 'to itself is refused')
page = await boss.send(address, { ...plan, how: 'do' }, query)
check(versions() === `${newVersion} ${newVersion} ${oldVersion}`, `two moved, one stayed as a whole: ${versions()}`)
check(/^1:draft 2:recheck 3:finance 3:legal$/.test(standing()), `where they stand: ${standing()}`)

const english = await server.enter(3, 'en')
page = await english.send(address, { ...plan, 'step-legal': 'lawyer', how: 'try' }, query)
check(/all of them would move/.test(plain(page.text)), 'the mended plan would work')
page = await english.send(address, { ...plan, 'step-legal': 'lawyer', how: 'do' }, query)
check(/All of them have moved/.test(plain(page.text)), 'and does')
check(versions() === `${newVersion} ${newVersion} ${newVersion}` && /3:finance 3:lawyer/.test(standing()), `now: ${versions()} ${standing()}`)
check(/No case is running in that version/.test(plain((await english.get(query)).text)), 'nothing is left in the old one')
check((await boss.get('/admin/services/nothing/move')).status === 404, 'no such service')

await server.stop()
check(ask(folder, "select count(*) from history where kind = 'migrated'")[0][0] === '3', 'each move stands in its case’s history')
const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
check(replayed.status === 0, `replay: ${replayed.out}${replayed.err}`)
total()
