// offline.test.mjs: a form with script: a follow-up question appears in place, and what was written while the network was
// away is kept on the device and sent once it returns; so are the ticks of a session's register.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-offline-'))
const data = join(folder, 'data')
execFileSync(program, ['demo', '--data', data], { stdio: 'ignore' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data] })
let passed = 0, failed = 0
const check = (what, good) => {
  if (good) passed++
  else { failed++; console.log(`FAIL ${what}`) }
}

try {
  const page = await house.page('phone', 'zh')
  await house.visit(page, '/services/wish/new')
  await page.evaluate(() => { window.same = true })
  check('the follow-up question is not there yet', await page.locator('[name="who/helper"]').count() === 0)
  await page.check('[name="who/filled_by"][value="family"]', { force: true })
  await page.waitForSelector('[name="who/helper"]', { timeout: 10000 })
  check('it appears without a new page', await page.evaluate(() => window.same === true))
  // what is typed while the answer is on its way stays
  await page.route('**/services/wish/new/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 600))
    await route.continue()
  }, { times: 1 })
  await page.check('[name="who/filled_by"][value="self"]', { force: true })
  await page.fill('[name="who/name"]', '慢网')
  await page.waitForSelector('[name="who/helper"]', { state: 'detached', timeout: 10000 })
  check('what was typed meanwhile is kept', await page.inputValue('[name="who/name"]') === '慢网')
  await page.check('[name="who/filled_by"][value="family"]', { force: true })
  await page.waitForSelector('[name="who/helper"]', { timeout: 10000 })
  await page.fill('[name="who/helper"]', '代填人')
  await page.fill('[name="who/name"]', '许愿人')

  await page.context().setOffline(true)
  await page.locator('.fill form button.govuk-button[name="_go"][value="next"]').click()
  await page.waitForSelector('.fill__note', { timeout: 10000 })
  check('the words say where they are kept', (await page.textContent('.fill__note')).includes('本机'))
  const kept = await page.evaluate(() => Object.entries(localStorage).filter(([k]) => k.startsWith('lingban ')).map(([, v]) => v).join(''))
  check('what was written is on the device', kept.includes('许愿人'))

  await page.context().setOffline(false)
  await page.waitForFunction(() => window.same !== true, { timeout: 15000 })
  check('it was sent when the network returned', !(await page.evaluate(() => Object.keys(localStorage).some((k) => k.startsWith('lingban ')))))
  await page.goto(page.url().replace(/\?.*/, '?page=who'))
  check('and the server has it', await page.inputValue('[name="who/name"]') === '许愿人')

  // the register of a session, in a hall without network
  const teacher = await house.page('phone', 'zh')
  await house.visit(teacher, '/demo')
  await teacher.locator('li.card', { hasText: '张老师' }).locator('button').click()
  await house.visit(teacher, '/activities/1/sessions/2')
  const came = teacher.locator('input[name=present]:checked')
  check('nobody has come yet', await came.count() === 0)
  await teacher.context().setOffline(true)
  await teacher.locator('label', { hasText: '小雨' }).click()
  await teacher.locator('label', { hasText: '小竹' }).click()
  await teacher.locator('button', { hasText: '保存' }).first().click()
  await teacher.waitForSelector('.fill__note', { timeout: 10000 })
  check('the ticks say where they are kept', (await teacher.textContent('.fill__note')).includes('本机'))
  const device = await teacher.evaluate(() => JSON.stringify(Object.entries(localStorage)))
  check('on the device are numbers, no nickname', device.includes('present') && !device.includes('小雨'))
  await teacher.evaluate(() => { window.same = true })
  await teacher.context().setOffline(false)
  await teacher.waitForFunction(() => window.same !== true, { timeout: 15000 })
  check('they were sent when the network returned', /到场2人/.test(await teacher.locator('main').innerText()) && await came.count() === 2)

  // out of the network for so long that the session ended: the ticks wait until the person has signed in again
  await teacher.context().setOffline(true)
  await teacher.locator('label', { hasText: '小竹' }).click()
  await teacher.locator('button', { hasText: '保存' }).first().click()
  await teacher.waitForSelector('.fill__note', { timeout: 10000 })
  await teacher.context().clearCookies()
  const refused = teacher.waitForResponse((answer) => answer.request().method() === 'POST', { timeout: 15000 })
  await teacher.context().setOffline(false)
  check('without a session they are not taken', [401, 403].includes((await refused).status()))
  await house.visit(teacher, '/demo')
  await teacher.locator('li.card', { hasText: '李主任' }).locator('button').click()
  await teacher.goto(house.address + '/activities/1/sessions/2')
  await teacher.waitForTimeout(1500)
  check('whoever else takes the tablet does not send them', /到场2人/.test(await teacher.locator('main').innerText()))
  await house.visit(teacher, '/demo')
  await teacher.locator('li.card', { hasText: '张老师' }).locator('button').click()
  check('and are still on the device', await teacher.evaluate(() => Object.keys(localStorage).some((k) => k.startsWith('lingban '))))
  await teacher.goto(house.address + '/activities/1/sessions/2')
  await teacher.getByText('到场1人').waitFor({ timeout: 15000 }).catch(() => {})
  check('and are sent when the person is back', /到场1人/.test(await teacher.locator('main').innerText()))
  check('no script error at the register', teacher.errors.filter((e) => !/ERR_INTERNET_DISCONNECTED|Failed to fetch|40[13]/.test(e)).length === 0)
  check('no script error', page.errors.filter((e) => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(e)).length === 0)
} catch (error) {
  failed++
  console.log(`FAIL ${error}`)
} finally {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
