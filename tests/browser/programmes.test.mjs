// programmes.test.mjs: the forms and tasks of heat, flood, e-credential, social insurance and requests as each of their users
// meets them: what a resident is offered and what an office, which office a case goes to, what a hazard's list and a roster say.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-programmes-'))
const data = join(folder, 'data')
execFileSync(program, ['demo', '--data', data], { stdio: 'ignore' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data] })
let passed = 0, failed = 0
const check = (what, good, found = '') => {
  if (good) passed++
  else { failed++; console.log(`FAIL ${what} ${found}`) }
}

// Somebody of the demo town, by name; nobody: a resident without an account.
async function as(name, language = 'zh', size = 'phone') {
  const page = await house.page(size, language)
  if (name) {
    await house.visit(page, '/demo')
    await page.getByRole('button', { name }).first().click()
  }
  return page
}
const words = async (page) => (await page.locator('main').innerText()).replace(/\s+/g, ' ')
const kinds = (page, name) => page.locator(`[name="${name}"]`).evaluateAll((all) => all.map((one) => one.value).filter(Boolean))
const offices = (page, name = 'office') => page.locator(`select[name="${name}"] option`).evaluateAll((all) => all.map((one) => one.textContent.trim()).slice(1))
// Chooses, and waits for the question that follows.
const choose = async (page, name, value, next) => {
  await page.check(`[name="${name}"][value="${value}"]`, { force: true })
  await page.waitForSelector(next, { state: 'attached', timeout: 10000 })
}
const send = async (page) => {
  await Promise.all([page.waitForURL(/\/tasks(\?|$)/), page.locator('main form button.govuk-button', { hasText: '提交' }).first().click()])
}

try {
  const resident = await as('')
  await house.visit(resident, '/services/heat/new')
  check('a resident enters no forecast', (await kinds(resident, 'kind')).join() === 'point,sighting', await kinds(resident, 'kind'))
  check('a resident is offered communities', (await offices(resident)).every((name) => name.endsWith('社区')), await offices(resident))
  await house.visit(resident, '/services/flood/new')
  check('a resident tells of a danger, nothing else', (await kinds(resident, 'round')).join() === 'told', await kinds(resident, 'round'))
  check('no checklist for a resident', !(await words(resident)).includes('坝顶'))
  await house.visit(resident, '/services/ecred/new')
  check('a resident says what does not work, and is not asked whether', (await kinds(resident, 'kind')).join() === 'blocked' && await resident.locator('[name="kind"]').getAttribute('type') === 'hidden', await kinds(resident, 'kind'))

  const leader = await as('林国强')
  await house.visit(leader, '/services/heat/new')
  const offered = await offices(leader)
  check('the leader is offered the department, no other bureau', offered.includes('市环卫处') && !offered.includes('市水利局') && !offered.includes('市医保局'), offered)
  check('and has their own already', await leader.locator('select[name="office"] option:checked').innerText() === '市环卫处')
  await house.visit(leader, '/tasks')
  await leader.getByRole('link', { name: /排班核对/ }).first().click()
  check('a roster that fits is proposed', (await words(leader)).includes('二班 06:30—10:30、16:00—18:00'), await words(leader))
  const english = await as('林国强', 'en')
  await house.visit(english, new URL(leader.url()).pathname)
  check('in English, too', /The roster does not fit\s+二班: 6.5 hours outdoors, more than 6 by 0.5\s+This would fit/.test(await words(english)), await words(english))

  // Whoever decides on an exception reads what the roster breaks, and so does the leader once it is refused.
  await choose(leader, 'outcome', 'urgent', '[name="urgent_reason"]')
  await leader.check('[name="urgent_kind"][value="urgent"]', { force: true })
  await leader.fill('[name="urgent_reason"]', '路面油污')
  await leader.fill('[name="urgent_minutes"]', '40')
  await leader.fill('[name="urgent_crew"]', '4')
  await send(leader)
  const boss = await as('周敏')
  await house.visit(boss, '/tasks')
  await boss.getByRole('link', { name: /例外审批/ }).first().click()
  check('the approver sees the rule', (await words(boss)).includes('班次不合规则'), await words(boss))
  await boss.check('[name="outcome"][value="refuse"]', { force: true })
  await boss.fill('[name="opinion"]', '可等到十五时')
  await send(boss)
  await house.visit(leader, '/tasks')
  await leader.getByRole('link', { name: /排班核对/ }).first().click()
  check('after a refusal the leader sees it again', (await words(leader)).includes('这样排合规则'), await words(leader))

  const crew = await as('二班手机')
  await house.visit(crew, '/tasks')
  await crew.getByRole('link', { name: /当日作业/ }).first().click()
  check('the crew taps a break with the time filled in', /^\d\d:\d\d/.test(await crew.inputValue('[name="at"]')))
  check('and sees the last break', (await words(crew)).includes('H11'))

  const bureau = await as('马立春')
  await house.visit(bureau, '/services/flood/controlled')
  const controlled = await words(bureau)
  check('a controlled hazard has plan, measures, person', ['西岭水库', '湿斑', '降低水位运行', '每日两次观测', '孙长福'].every((one) => controlled.includes(one)), controlled)
  await house.visit(bureau, '/tasks')
  check('tasks say which hazard', (await words(bureau)).includes('整改登记：两名巡查员电话打不通'), await words(bureau))
  await house.visit(bureau, '/services/flood/mending')
  const mending = await words(bureau)
  check('one of two hazards of a case has its own words only', mending.includes('钥匙改由值班室保管') && !mending.includes('电话打不通'), mending)

  await house.visit(bureau, '/registers/flood/works/1/print')
  const board = await words(bureau)
  check('the board has three names with their telephones, and its version', [/行政责任人 刘志强 副区长 04340000101/, /技术责任人 宋明 工程师 04340000105/, /巡查责任人 赵树林 巡查员 04340000102/, /版次：\d/].every((one) => one.test(board)), board)

  const insurance = await as('唐丽')
  await house.visit(insurance, '/services/ecred/new')

  await choose(insurance, 'kind', 'stage', '[name="institution"][value="P1"]')
  await choose(insurance, 'institution', 'P1', '[name="stage"][value="purchase"]')
  check('the office of the institutions only', (await offices(insurance)).join() === '市医保局', await offices(insurance))
  check('a pharmacy has the stage of a pharmacy', (await kinds(insurance, 'stage')).join() === 'purchase', await kinds(insurance, 'stage'))

  const clerk = await as('冯倩')
  await house.visit(clerk, '/services/social/new')
  check('at the desk the way is the counter', await clerk.isChecked('[name="what/way"][value="counter"]'))
  await choose(clerk, 'what/way', 'mail', '[name="mail/mail_in"]')
  check('mail is scanned by the office', (await words(clerk)).includes('收到的邮件'))

  const roads = await as('路桥所值班员')
  await house.visit(roads, '/tasks')
  await roads.getByRole('link', { name: /楼道灯不亮/ }).first().click()
  check('before it is taken on there is no telephone', !(await words(roads)).includes('04340000407'))
  await roads.getByRole('button', { name: '我来领办' }).click()
  check('afterwards there is', (await words(roads)).includes('04340000407'))
} catch (error) {
  failed++
  console.log(`FAIL ${error}`)
} finally {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
