// judges.test.mjs: people who judge, in the demo town: what they must see before they do, and what they must not. A teacher approves
// a note that stands on the page, and not their own; a member of the panel reads a name once the task is theirs, and steps
// aside; a meeting of the brigade is prepared with a sheet whose code opens the questionnaire; a lead about the brigade is
// nowhere on its pages, not even as one more.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-judges-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES })

const enter = async (person, size = 'desk', language = 'zh') => {
  const page = await house.page(size, language)
  page.setDefaultTimeout(10000)
  await house.visit(page, `/demo?lang=${language}`)
  await page.locator('li.card', { hasText: person }).locator('button').click()
  return page
}
const text = (page) => page.locator('main').innerText()
const open = async (page, title) => {
  await house.visit(page, '/tasks')
  await page.locator('a.tasks__title', { hasText: title }).first().click()
}

// ---- reading: whoever approves reads book and note, and it is not whoever wrote them down

const head = await enter('李主任', 'phone')
await open(head, '另一人审核：小海')
const task = new URL(head.url()).pathname
house.check(/西游记/.test(await text(head)) && /读完想再读一遍/.test(await text(head)), 'book and note stand where the note is judged')
await house.look(head, 'judges-note')
const teacher = await enter('张老师')
await house.visit(teacher, '/tasks')
house.check(!/另一人审核/.test(await text(teacher)), 'a note is not offered to whoever wrote it down')
await house.visit(teacher, task)
house.check(/须由别人来办/.test(await text(teacher)) && await teacher.getByRole('button', { name: '提交' }).count() === 0, 'the page says that somebody else does it, and has no form')

// ---- parcels: the panel

const panel = await enter('何英')
await open(panel, '第一人评议')
const judged = new URL(panel.url()).pathname
house.check(/邓\*\*|冯\*\*/.test(await text(panel)) && !/2 单元 301/.test(await text(panel)), 'the name is masked while nobody has the task')
house.check(await panel.getByRole('radio').count() === 0, 'nobody is asked about kinship with a masked name')
await panel.getByRole('button', { name: '我来领办' }).click()
house.check(new URL(panel.url()).pathname === judged, 'claiming leads to what is to be done')
house.check(/邓红霞|冯玉洁/.test(await text(panel)) && /2 单元 301/.test(await text(panel)) && /\d+分：/.test(await text(panel)), 'name, address and points stand beside the question')
await house.look(panel, 'judges-panel')
await panel.getByLabel('有亲属关系，回避').check()
await panel.getByRole('button', { name: '提交' }).click()
await panel.waitForURL(/list=mine/)
await house.visit(panel, judged)
house.check(!/邓红霞|冯玉洁/.test(await text(panel)), 'whoever stepped aside reads the name no longer')
// The second judges without having read the first: not while it waits for her, not with it in hand.
const whole = (page) => page.locator('main').textContent() // also what is folded
const opinion = async () => /按表得分靠前/.test(await whole(panel))
await open(panel, '第二人评议')
const second = new URL(panel.url()).pathname, whose = await panel.locator('main a[href^="/cases/"]').first().getAttribute('href')
house.check(!await opinion(), 'whoever may judge next does not read the first opinion on the page of the step')
await panel.getByRole('button', { name: '我来领办' }).click()
house.check(new URL(panel.url()).pathname === second && !await opinion() && await panel.getByRole('radio').count() > 0, 'nor beside the questions')
await house.look(panel, 'judges-second')
await house.visit(panel, whose)
house.check(!await opinion() && /第二人评议/.test(await text(panel)), 'nor on the page of the case')
await house.visit(panel, second)
await panel.getByLabel('没有亲属或利害关系').check()
await panel.getByLabel('同意入选', { exact: true }).check()
await panel.getByLabel('理由').fill('分不高，但确有困难')
await panel.getByRole('button', { name: '提交' }).click()
await panel.waitForURL(/list=mine/)
const fan = await enter('范岚')
await house.visit(fan, whose)
house.check(/按表得分靠前/.test(await whole(fan)) && /分不高，但确有困难/.test(await whole(fan)), 'the office reads both')
await open(fan, '清点装包')
house.check(/评议/.test(await text(fan)) && /按表得分靠前/.test(await text(fan)), 'what was filled in before stands on the page of a step')

const donor = await enter('一位捐赠人', 'phone')
await house.visit(donor, '/inbox')
house.check(/第0001号母亲邮包/.test(await text(donor)) && /铁东区一户家庭/.test(await text(donor)) && !/李秀兰|东山社区/.test(await text(donor)), 'the donor reads number, day and district, and nothing of who it was')
house.check(await donor.locator('main a[href^="/cases/"]').count() === 0, 'and no link to a case that is not theirs')
await house.look(donor, 'judges-donor')

// ---- the meeting

const clerk = await enter('邵勇')
await house.visit(clerk, '/services/enforce-meeting/new')
house.check(await clerk.locator('[name=_channel]').count() === 0, 'what an office writes for itself came by no channel')
house.check((await clerk.getByLabel('召开单位').inputValue()) !== '', 'whoever sits in the brigade writes for it')
await open(clerk, '开会，写纪要')
await clerk.getByRole('radio', { name: '开了', exact: true }).check()
await clerk.getByRole('heading', { name: '意见 1' }).waitFor()
const owners = await clerk.getByLabel('责任人').locator('option').allInnerTexts()
house.check(owners.includes('邵勇') && owners.includes('齐红') && !owners.includes('王晓梅') && !owners.includes('阎峰'), `owners are the brigade's staff: ${owners}`)
await house.look(clerk, 'judges-minutes')
await open(clerk, '开会，写纪要')
await clerk.locator('main a[href^="/cases/"]').first().click()
await clerk.getByRole('link', { name: '问卷二维码单子' }).click()
const address = (await text(clerk)).match(/\S+\/services\/enforce\/new\?office=\d+/)?.[0]
house.check(address && await clerk.locator('main svg.qr').count() === 1, 'the sheet has a code and its address in words')
await house.look(clerk, 'judges-sheet')
const driver = await house.page('phone', 'zh')
await house.visit(driver, new URL(address).pathname + new URL(address).search)
house.check(/被反映的队伍看不到/.test(await text(driver)), 'whoever has a lead reads first who will see it')
house.check((await driver.getByLabel('哪个执法队伍').locator('option:checked').innerText()) === '县交通运输执法大队', 'the code leads to the questionnaire about this brigade')

// ---- the lead

const under = async (page) => {
  await house.visit(page, '/figures/enforce')
  return (await text(page)).match(/办理中\s+(\S+)/)?.[1]
}
const before = await under(clerk)
await driver.getByLabel('执法人员问题线索').check()
await driver.getByLabel('其他', { exact: true }).check()
for (let i = 0; i < 6 && !/\/receipt/.test(driver.url()); i++) {
  if (await driver.getByLabel('一句话').count()) await driver.getByLabel('一句话').fill('检查站收了钱不给票')
  await Promise.all([driver.waitForNavigation(), driver.getByRole('button', { name: /^(下一步|核对填写的内容|提交)$/ }).click()])
}
house.check(/\/receipt/.test(driver.url()), `a lead is handed in without a name: ${driver.url()}`)
const after = await under(clerk)
house.check(before !== undefined && after === before, `a lead is not one more in the figures of the brigade: ${before}, ${after}`)
house.check(/只许少数人知道的办件（如反映某个人的线索）不计入本页/.test(await text(clerk)), 'and the page says that such are not counted, whether there is one or not')
await house.visit(clerk, '/tasks?list=office')
house.check(!/检查站收了钱/.test(await text(clerk)), 'nor on its lists')
const boss = await enter('阎峰')
await house.visit(boss, '/tasks')
house.check(/检查站收了钱不给票/.test(await text(boss)), 'the supervisor above has it')

// ---- what is not there to be added is not offered

const wang = await enter('王晓梅')
await house.visit(wang, '/services/social-outreach/new')
house.check(await wang.getByRole('button', { name: /添加/ }).count() === 0, 'no problem is offered before the kind is chosen')
await wang.getByLabel('走访企业').check()
await wang.getByRole('radio', { name: '是', exact: true }).check()
await wang.getByRole('heading', { name: '企业的问题 1' }).waitFor()
house.check(true, 'and it is once there is one to solve')

await house.close()
rmSync(folder, { recursive: true, force: true })
console.log(`${house.passed} passed, ${house.failed} failed`)
process.exit(house.failed ? 1 : 0)
