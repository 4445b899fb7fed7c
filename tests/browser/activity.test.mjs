// activity.test.mjs: activities and registers in the demo town, without JavaScript. A guardian signs a child up from the page of
// an activity with consent, a second waits, the first cancels by their link and the second moves up; a teacher ticks the
// register of a session on a phone; a workbook and a CSV file go into a register, checked first, with a fault a row; a
// person retires and their duties turn red; the desk leads to both.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-activity-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES, script: false })

const enter = async (page, name) => {
  await house.visit(page, '/demo')
  await page.locator('li.card', { hasText: name }).locator('button').click()
}
const text = (page) => page.locator('main').innerText()

// ---- an activity with one place

const teacher = await house.page('phone', 'zh')
await enter(teacher, '张老师')
await house.visit(teacher, '/desk')
house.check(await teacher.locator('main a[href="/activities"]').count() === 1 && await teacher.locator('main a[href="/registers"]').count() === 1, 'the desk leads to activities and registers')
await house.visit(teacher, '/activities')
const add = teacher.locator('form[action="/activities"]')
await teacher.locator('summary', { hasText: '新建活动' }).click()
await add.locator('[name=name]').fill('晨读十分钟')
await add.locator('[name=place]').fill('三楼教室')
await add.locator('[name=capacity]').fill('1')
await add.locator('button').click()
house.check(/剩余名额1个/.test(await text(teacher)), 'an activity with one place')
const here = new URL(teacher.url()).pathname
await teacher.locator('summary', { hasText: '增加一场' }).click()
const session = teacher.locator('form', { has: teacher.locator('[name=act][value=session]') })
await session.locator('[name=day]').fill('2030-03-04')
await session.locator('[name=begins]').fill('07:40')
await session.locator('[name=topic]').fill('《论语》')
await session.locator('button').click()
house.check(/2030年?3月4日|3月4日/.test(await text(teacher)) && /07:40/.test(await text(teacher)), 'and a session')
await house.look(teacher, 'activity-keeper')

// ---- signing up without an account

const signUp = async (page, nickname, phone, consent) => {
  await house.visit(page, here)
  await page.locator('a', { hasText: /^报名/ }).click()
  house.check(await page.locator('[name=activity]:checked').count() === 1, 'the form knows which activity')
  house.check(await page.locator('[name=office]').evaluateAll((all) => all.every((e) => e.type === 'hidden')), 'which school holds it is not asked')
  for (let pages = 0; pages < 8 && !/receipt$/.test(new URL(page.url()).pathname); pages++) {
    const form = page.locator('main form', { has: page.locator('[name=_page], [name=_go]') }).first()
    for (const set of await form.locator('fieldset').all())
      if (await set.locator('input[type=radio]').count() && !await set.locator('input:checked').count()) await set.locator('input[type=radio]').first().check()
    if (consent) for (const box of await form.locator('input[type=checkbox]').all()) await box.check()
    for (const [name, value] of [['nickname', nickname], ['guardian/name', nickname + '的家长'], ['guardian/phone', phone]]) {
      const field = form.locator(`input[name$="${name}"]`)
      if (await field.count()) await field.fill(value)
    }
    await form.locator('button[name=_go]:not([aria-hidden]):not([value=back])').first().click()
    if (!consent && await page.locator('.govuk-error-summary').count()) return
  }
}
const first = await house.page('phone', 'zh'), second = await house.page('phone', 'zh')
await signUp(first, '小新', '04340000991', false)
house.check(await first.locator('.govuk-error-summary').count() === 1, 'without the guardian’s consent there is no place')
await signUp(first, '小新', '04340000991', true)
house.check(/市第二实验小学/.test(await text(first)), 'it is the school that holds it')
house.check(/receipt$/.test(first.url()), 'a receipt with number and link')
const toCase = (page) => house.visit(page, new URL(page.url()).pathname.replace('/receipt', ''))
await toCase(first)
house.check(/有名额/.test(await text(first)), 'the case says that there is a place')
await house.look(first, 'activity-place')
await signUp(second, '小晨', '04340000992', true)
await toCase(second)
house.check(/候补中，前面还有0人/.test(await text(second)), 'the second waits')
const waiting = second.url()
await first.locator('summary', { hasText: '撤回本件' }).click()
await first.locator('form[action$="/do/withdraw"] button').click()
house.check(/名额已退回/.test(await text(first)), 'the first cancels by their link')
await second.goto(waiting)
house.check(/有名额/.test(await text(second)) && !/候补中/.test(await text(second)), 'and the second moves up')

// ---- the register of a session

await house.visit(teacher, here)
house.check(/小晨/.test(await text(teacher)) && /已取消/.test(await text(teacher)), 'the keeper sees who comes and who cancelled')
await teacher.locator('a', { hasText: '3月4日' }).click()
await house.look(teacher, 'activity-register')
const box = await teacher.locator('label', { hasText: '小晨' }).boundingBox(), save = await teacher.locator('button', { hasText: '保存' }).first().boundingBox()
house.check(box.height >= 44 && save.height >= 44, `rows and button are large enough for a thumb: ${box.height}, ${save.height}`)
await teacher.locator('label', { hasText: '小晨' }).click()
await teacher.locator('button', { hasText: '保存' }).first().click()
house.check(/到场1人/.test(await text(teacher)) && await teacher.locator('input[name=present]:checked').count() === 1, 'ticked at once and kept')
const csv = await (await teacher.request.get(`${house.address}${here}?as=csv`)).text()
house.check(/2030-03-04/.test(csv) && !/小晨/.test(csv), 'attendance to take away, without names')
const book = await (await teacher.request.get(`${house.address}${here}?as=xlsx`)).body()
house.check(book.subarray(0, 2).toString() === 'PK', 'and as a workbook')
const stranger = await house.page('phone', 'zh')
await house.visit(stranger, here)
house.check(!/小晨/.test(await text(stranger)), 'nobody else reads the names')

// ---- a register from files

const keeper = await house.page('desk', 'zh')
await enter(keeper, '韩管理')
const at = '/registers/flood/works'
const give = async (file, how) => {
  await house.visit(keeper, `${at}/import`)
  await keeper.locator('input[type=file]').setInputFiles(file)
  await keeper.locator('select[name=how]').selectOption(how)
  await keeper.locator('main form button').click()
}
// The file that the page offers to begin with is taken as it is: its titles are known, its example is no entry.
for (const [ending, language] of [['csv', 'zh'], ['xlsx', 'zh'], ['csv', 'en']]) {
  const begin = join(folder, `begin-${language}.${ending}`)
  await house.visit(keeper, `${at}/import?lang=${language}`)
  const link = keeper.locator(`main a[href$="as=${ending}"]`)
  house.check(await link.count() === 1, `a file to begin with: ${ending}`)
  writeFileSync(begin, await (await keeper.request.get(`${house.address}${at}/import?as=${ending}`)).body())
  await give(begin, 'check')
  house.check(/没有数据行|下没有|no rows/.test(await text(keeper)), `its titles are known and its example is no entry, ${ending} ${language}: ${await text(keeper)}`)
  if (ending === 'xlsx') continue
  writeFileSync(begin, readFileSync(begin, 'utf8').replace(/示例|EXAMPLE/, 'T77'))
  await give(begin, 'check')
  house.check(/新增1条|1 new/.test(await text(keeper)), `its example is right but for its key, ${language}: ${await text(keeper)}`)
}
await house.visit(keeper, `${at}?lang=zh`)
const rows = join(folder, 'works.csv'), workbook = join(folder, 'works.xlsx')
writeFileSync(rows, '编号,名称,类别,长度（米）\nT01,甲段堤防,堤防,1200\nT02,乙段堤防,堤坝,900\nT03,,堤防,x\n')
await give(rows, 'import')
const faults = await keeper.locator('table tbody tr').allInnerTexts()
house.check(faults.length === 2 && /^3/.test(faults[0].trim()) && /^4/.test(faults[1].trim()), `a fault a row: ${faults}`)
await house.visit(keeper, `${at}?q=T01`)
house.check(await keeper.locator('tbody tr').count() === 0, 'nothing is taken when one row is wrong')
writeFileSync(rows, '编号,名称,类别,长度（米）\nT01,甲段堤防,堤防,1200\nT02,乙段堤防,dyke,900\n')
await give(rows, 'check')
house.check(/新增2条|2条/.test(await text(keeper)), `a dry run says what would happen: ${await text(keeper)}`)
await house.visit(keeper, `${at}?q=T01`)
house.check(await keeper.locator('tbody tr').count() === 0, 'and changes nothing')
await give(rows, 'import')
house.check(new URL(keeper.url()).pathname === at, 'imported')
await house.visit(keeper, `${at}?q=T01`)
house.check(await keeper.locator('tbody tr').count() === 1 && /1200/.test(await text(keeper)), 'the entry is there')
// What was taken away as a workbook goes in again, and nothing changes.
writeFileSync(workbook, await (await keeper.request.get(`${house.address}${at}?as=xlsx&q=T0`)).body())
await give(workbook, 'check')
house.check(/新增0条|0条/.test(await text(keeper)), `a workbook goes round: ${await text(keeper)}`)

// ---- who answers has retired

await house.visit(keeper, `${at}?q=T01`)
await keeper.locator('tbody a').first().click()
const entry = new URL(keeper.url()).pathname
await keeper.locator('summary', { hasText: '指定' }).first().click()
const duty = keeper.locator('form', { has: keeper.locator('[name=act][value=assign]') })
await duty.locator('[name=name]').fill('冯某')
await duty.locator('button').click()
await keeper.locator('button', { hasText: '已退休或离岗' }).click()
house.check(/需要重新明确责任人/.test(await text(keeper)) && await keeper.locator('.tag--red').count() === 1, `the duty is red: ${await text(keeper)}`)
await house.look(keeper, 'register-red')
await house.visit(keeper, `${entry}/print`)
house.check(/责任人公示牌/.test(await text(keeper)) && /行政责任人\s+责任人空缺/.test(await text(keeper)) && /版次：2/.test(await text(keeper)), 'the printed board names the vacancy and its version')
await house.visit(keeper, '/registers')
house.check(/条待处理/.test(await text(keeper)), 'the list of registers says so')
await house.visit(keeper, `${at}?needing=yes`)
house.check((await text(keeper)).includes('甲段堤防'), 'and leads to it')
await house.visit(stranger, entry)
house.check(!/已不在岗|冯/.test(await text(stranger)), 'the public board names nobody who has left')

await house.close()
rmSync(folder, { recursive: true, force: true })
process.exit(house.total())
