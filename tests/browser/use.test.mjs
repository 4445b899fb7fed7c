// use.test.mjs: how the demo town's pages are used, beyond that they open (pages.test.mjs): what prints, what a phone
// shows, how dates, headings and the journal read. Each check stands for a fault somebody has met.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-use-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES })

const enter = async (person, size, language) => {
  const page = await house.page(size, language)
  page.setDefaultTimeout(10000)
  await house.visit(page, `/demo?lang=${language}`)
  if (person) await page.getByRole('button', { name: new RegExp(person) }).click()
  return page
}
const wang = await enter('王晓梅', 'phone', 'zh'), clerk = await enter('王晓梅', 'desk', 'en'), admin = await enter('韩管理', 'phone', 'zh')
const heading = (page) => page.getByRole('heading', { level: 1 }).innerText()

// ---- the menu on a phone: one line that names the place, and opens without a script

await house.visit(wang, '/tasks')
const summary = wang.locator('.menu > summary')
house.check((await summary.boundingBox()).height <= 52, 'the folded menu is one line')
house.check(/任务/.test(await summary.innerText()), 'the folded menu names the place')
house.check(!await wang.locator('.nav--long').isVisible(), 'the wide menu is not there beside it')
await summary.click()
await house.look(wang, 'use-menu')
const places = await wang.getByRole('navigation', { name: '主菜单' }).getByRole('link').allInnerTexts()
house.check(places.length >= 8, `the opened menu has every place: ${places}`)
await wang.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '受理台' }).click()
house.check(await heading(wang) === '受理台', 'a place of the menu opens')
await house.visit(wang, '/tasks')
const outside = await wang.locator('.tabs a').evaluateAll((tabs) => tabs.filter((tab) => tab.getBoundingClientRect().right > 376).map((tab) => tab.textContent))
house.check(await wang.locator('.tabs a').count() === 4 && outside.length === 0, `a phone shows every tab: ${outside}`)
await house.visit(clerk, '/tasks')
house.check(await clerk.locator('.nav--long').isVisible() && !await clerk.locator('.menu').isVisible(), 'a desk has the menu in a row')

// ---- a task: what the rules say stands once, also after an answer brought a question; look-alikes are called what they are

const insurance = await enter('冯倩', 'desk', 'zh')
await house.visit(insurance, '/tasks')
await insurance.locator('main a', { hasText: '核对办理' }).first().click()
await insurance.locator('[name="outcome"][value="correct"]').check({ force: true })
await insurance.locator('[name="reason"]').waitFor()
await insurance.waitForTimeout(300) // the notice, if any, is said after the fields
const rules = (await insurance.locator('main').innerText()).split('规则提示').length - 1
house.check(rules === 1, `what the rules say stands once: ${rules}`)
house.check(await insurance.locator('.fill__note').count() === 0, 'and nothing is said as if it were news')

// ---- the sheet to take along: whole on A4, readable on a phone

// The right edge of everything on the sheet, and of what it clips.
const beyond = (page, edge) => page.evaluate((most) => [...document.querySelectorAll('.paper, .paper *')].filter((e) => {
  const box = e.getBoundingClientRect(), clipped = getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1
  return box.width > 1 && (box.right > most + 1 || clipped)
}).map((e) => e.tagName + e.className), edge)
for (const [service, language] of [['wish', 'en'], ['wish', 'zh'], ['parcel', 'en']]) {
  const page = language === 'en' ? clerk : await enter('王晓梅', 'desk', 'zh')
  const view = service === 'wish' ? 'deliveries' : (await (await page.request.get(`${house.address}/services/${service}`)).text()).match(new RegExp(`/services/${service}/(?!new|table)([a-z-]+)"`))?.[1]
  house.check(await house.visit(page, `/services/${service}/${view}`) === 200, `${service} has a sheet`)
  const width = Math.floor((210 - 2 * 14) / 25.4 * 96)
  await page.setViewportSize({ width, height: 1000 })
  await page.emulateMedia({ media: 'print' })
  house.check((await beyond(page, width)).length === 0, `the sheet of ${service} fits A4 in ${language}: ${(await beyond(page, width)).slice(0, 4)}`)
  if (service === 'wish') {
    house.check(await page.locator('.sheet__table thead th').last().isVisible(), 'the room to sign prints')
    house.check(/2026|20\d\d/.test(await page.locator('.paper__head').first().innerText()), 'paper bears the year')
    house.check((await page.pdf({ format: 'A4' })).length > 1000, 'the sheet prints')
    const buildings = await page.locator('.sheet h2').allInnerTexts()
    house.check(buildings.length > 1 && new Set(buildings).size === buildings.length, `each building once, its doors together: ${buildings}`)
  }
  await page.emulateMedia({ media: 'screen' })
  await page.setViewportSize({ width: 1280, height: 900 })
}
await house.visit(wang, '/services/wish/deliveries')
house.check((await beyond(wang, 375)).length === 0, `a phone shows the whole sheet: ${(await beyond(wang, 375)).slice(0, 4)}`)
house.check(await wang.locator('.sheet__table a[href^="tel:"]').count() > 0, 'a telephone number can be called from the sheet')
await house.look(wang, 'use-sheet')

// ---- tables of cases: which service, only columns with something in them, open and closed apart

await house.visit(clerk, '/services/wish/table')
house.check(await heading(clerk) === 'Micro-wish: Cases', `a table says of which service: ${await heading(clerk)}`)
for (const service of ['wish', 'request', 'heat', 'contest', 'social', 'reading']) {
  await house.visit(clerk, `/services/${service}/table`)
  const empty = await clerk.evaluate(() => [...document.querySelectorAll('.table thead th')].filter((_, i) =>
    [...document.querySelectorAll('.table tbody tr')].every((row) => !row.children[i].textContent.trim())).map((th) => th.textContent))
  house.check(empty.length === 0, `no column of ${service} is empty in all rows: ${empty}`)
}
await house.visit(wang, '/services/wish/table')
await wang.getByRole('link', { name: '已办结' }).click()
const states = await wang.locator('.line-state .tag').allInnerTexts()
house.check(states.length > 0 && states.every((state) => state === '已办结'), `the tab of closed cases shows them: ${[...new Set(states)]}`)
house.check(await wang.locator('.tabs [aria-current]').innerText() === '已办结', 'and says so')
const heights = await wang.locator('.table--lines tbody tr').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height))
house.check(Math.max(...heights) < 150, `a case is a few lines on a phone: ${Math.max(...heights)}`)
await house.look(wang, 'use-table')

// ---- dates are written in one way, numbers of cases are not broken

const chief = await enter('周敏', 'desk', 'en')
let inWords = 0
for (const [page, service] of [[chief, 'social'], [chief, 'heat'], [chief, 'flood'], [wang, 'heat']]) {
  await house.visit(page, `/services/${service}/table`)
  const cases = await page.locator('.line-number a').evaluateAll((list) => list.slice(0, 5).map((a) => a.getAttribute('href')))
  house.check(cases.length > 0, `${service} has cases to look at`)
  for (const path of cases) {
    await house.visit(page, path)
    const values = (await page.locator('.summary dd').allInnerTexts()).map((value) => value.trim())
    const raw = values.filter((value) => /^\d{4}-\d\d-\d\d/.test(value))
    house.check(raw.length === 0, `no answer is a date as machines write it, ${service}: ${raw}`)
    inWords += values.filter((value) => /^(\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}年\d{1,2}月\d{1,2}日)/.test(value)).length
  }
}
house.check(inWords > 0, 'some of them have dates, in words')
await house.visit(wang, '/tasks?list=office')
const broken = await wang.locator('.tasks__note .nowrap').evaluateAll((list) => list.filter((e) => e.getClientRects().length > 1).length)
house.check(await wang.locator('.tasks__note .nowrap').count() > 0 && broken === 0, 'no case number is broken at the end of a line')

// ---- forms: the page's own type in both languages, and an honest bar

const visitor = await enter('', 'desk', 'en')
await house.visit(visitor, '/services/wish/new')
const fonts = await visitor.evaluate(() => ['body', '.govuk-label', '.govuk-button', '.govuk-input', '.govuk-hint'].map((s) => getComputedStyle(document.querySelector(s)).fontFamily))
house.check(new Set(fonts).size === 1 && /^system-ui/.test(fonts[0]), `an English form has one stack of fonts, Latin first: ${[...new Set(fonts)]}`)
const bar = await visitor.locator('.fill progress').evaluate((e) => [e.value, e.max])
house.check(bar[0] === 1 && bar[1] > 1, `the first page is the first of several: ${bar}`)
house.check((await visitor.locator('.fill .progress__text').innerText()) === `Page ${bar[0]} of ${bar[1]}`, 'the bar says what its words say')

// ---- an answer that opens further pages leaves everybody where they are, and the count is said only once it is settled

const onPage = (page) => page.locator('input[name=_page]').getAttribute('value')
const goOn = (page) => Promise.all([page.waitForEvent('load'), page.locator('main button[name=_go]:not([aria-hidden])').first().click()])
const said = (page) => page.locator('.fill .progress__text').innerText()
for (const script of [true, false]) {
  const with_ = script ? 'with script' : 'without script'
  house.script = script
  const resident = await enter('', 'phone', 'zh')
  await house.visit(resident, '/services/social/new')
  const first = await onPage(resident)
  house.check(await said(resident) === '第 1 页' && await resident.locator('.fill progress').count() === 0, `pages may still come, so none are counted, ${with_}: ${await said(resident)}`)
  house.check((await resident.locator('input[type=radio][name="what/way"]').evaluateAll((all) => all.map((one) => one.value).sort())).join() === 'home,mail,web', `whoever sits at home chooses among ways from home, ${with_}`)
  const choice = resident.locator('input[type=radio][value=retire_self]')
  if (script) {
    const old = await resident.locator('main [data-lingban-live]').first().elementHandle()
    await choice.check()
    await resident.waitForFunction((node) => !node.isConnected, old)
  } else {
    await choice.check()
    await goOn(resident)
  }
  house.check(script === (await onPage(resident) === first), `an answer shows what it opens on the same page; the button leads on, ${with_}: ${first} ${await onPage(resident)}`)
  await house.look(resident, `use-form-${script ? 'script' : 'plain'}`)

  // what the last page asks is asked there, not only when all is to be sent
  await house.visit(resident, '/services/reading/new?page=show')
  await goOn(resident)
  house.check(await onPage(resident) === 'show' && (await resident.locator('.govuk-error-summary li').allInnerTexts()).every((line) => /照片.*：/.test(line)) && await resident.locator('.govuk-error-summary li').count() === 1,
    `the last page says what it lacks, by its name, ${with_}: ${await resident.locator('.govuk-error-summary').allInnerTexts()}`)

  // whoever changes one answer of those to check is back at them with one press, also by way of a mistake
  await house.visit(resident, '/services/request/new')
  await resident.locator('input[value=light]').check()
  await resident.locator('[name="what/title"]').fill('路灯不亮')
  await goOn(resident)
  house.check(await resident.locator('[name="where/point"]').isVisible() === !script && await resident.getByText('纬度和经度').isVisible() === !script, `latitude and longitude are not asked where a button says them, ${with_}`)
  await resident.locator('[name="where/office"]').selectOption({ index: 1 })
  await resident.locator('[name="where/place"]').fill('迎宾路')
  await goOn(resident)
  await resident.locator('[name="me/name"]').fill('某某')
  await resident.locator('[name="me/phone"]').fill('04340000001')
  await goOn(resident)
  await resident.getByRole('link', { name: /^修改\s*一句话/ }).click()
  await resident.locator('[name="what/title"]').fill('')
  await goOn(resident)
  house.check(await resident.locator('.govuk-error-summary').count() === 1, `a wrong correction stays, ${with_}`)
  await resident.locator('[name="what/title"]').fill('路灯又不亮')
  await goOn(resident)
  house.check(/路灯又不亮/.test(await resident.locator('main').innerText()) && await resident.locator('button[name=_go][value=send]').count() > 0, `a corrected answer leads back to the check, ${with_}: ${resident.url()}`)
}
house.script = true

// ---- how it came is asked where somebody came

for (const [service, ways] of [['wish', 3], ['parcel', 3], ['contest', 0]]) {
  await house.visit(wang, `/services/${service}/new`)
  house.check(await wang.locator('[name=_channel]').count() === ways, `${service} is asked how it came: ${ways}`)
}

// ---- the journal reads as sentences

await house.visit(admin, '/admin/journal')
const lines = await admin.locator('main .tasks > li').evaluateAll((list) => list.map((li) => [li.querySelector('.tasks__title').textContent, li.textContent]))
house.check(lines.length >= 20, `the journal has its newest entries: ${lines.length}`)
house.check(lines.every(([sentence]) => /[\u4e00-\u9fff]/.test(sentence)), `each is a Chinese sentence: ${lines.filter(([s]) => !/[\u4e00-\u9fff]/.test(s)).slice(0, 3)}`)
house.check(lines.every(([, whole]) => !/[a-z]+\.[a-z-]+/.test(whole)), 'without codes between them')
house.check(lines.every(([sentence], i) => i === 0 || sentence !== lines[i - 1][0] || !/一条消息/.test(sentence)), 'messages that left one after the other are one line')
const before = await admin.locator('main .tasks > li .tasks__side').last().innerText()
await admin.getByRole('link', { name: /下一页/ }).click()
const after = await admin.locator('main .tasks > li .tasks__side').first().innerText()
house.check(parseInt(after.match(/\d+$/)) === parseInt(before) - 1, `the next page goes on where this one ended: ${before} ${after}`)

// ---- people are found by name, each a line

await house.visit(admin, '/admin/people')
await admin.getByLabel('找人').fill('晓梅')
await admin.locator('.filters').getByRole('button').click()
house.check((await admin.locator('main .tasks__title').allInnerTexts()).join() === '王晓梅', `one person is found by part of a name: ${await admin.locator('main .tasks__title').allInnerTexts()}`)
await house.look(admin, 'use-people')
await admin.getByRole('link', { name: '王晓梅' }).click()
house.check(await heading(admin) === '王晓梅', 'a line leads to the person')

// ---- errors say what to do, and signing in leads back

const lost = await enter('', 'phone', 'zh')
house.check(await house.visit(lost, '/desk?lang=zh') === 401, 'the desk asks to sign in')
house.check(await heading(lost) === '请先登录', 'the page says so')
await house.look(lost, 'use-sign-in')
await lost.locator('main').getByRole('link', { name: '登录', exact: true }).click()
house.check(await lost.locator('input[name=to]').inputValue() === '/desk', 'the way back goes along')
for (const bad of ['//example.org/', 'https://example.org/', '/\\example.org', 'javascript:1']) {
  await house.visit(lost, `/sign-in?to=${encodeURIComponent(bad)}`)
  house.check(await lost.locator('input[name=to]').count() === 0, `no way out of the house: ${bad}`)
}
house.check(await house.visit(lost, '/cases/123') === 404 && await lost.locator('main a[href="/mine"]').count() === 1, 'a case that is not shown leads to one\'s own cases')
await house.visit(wang, '/admin')
house.check(await heading(wang) === '此账号不能打开', 'a page of others says that it is not for this account')

// ---- what a clerk may do is one step away from the top of a long case

await house.visit(wang, '/services/wish/table')
await wang.locator('.line-number a').first().click()
await wang.getByRole('link', { name: '可以做的事' }).click()
house.check(await wang.locator('#do').evaluate((e) => e.getBoundingClientRect().top) < 200, 'the link leads to what can be done')

// ---- the inbox says of which case, and empties at once

const member = await enter('李建国', 'phone', 'zh')
await house.visit(member, '/inbox')
const notes = await member.locator('.tasks__note').allInnerTexts()
house.check(notes.length > 3 && notes.every((note) => / · \S.* · 微心愿 · \d{4}-\d{4}-\d{4}/.test(note)), `each notice names the thing, service and number: ${notes[0]}`)
const fresh = await member.locator('.tasks .is-new').count()
house.check(fresh > 1 && fresh === Number((await member.locator('.menu .count').first().textContent()).match(/\d+/)[0]), 'what is new stands out, and is counted')
house.check(await member.locator('.tasks li', { hasText: '已不在您手上' }).count() > 1 && await member.locator('.is-new', { hasText: '已不在您手上' }).count() === 0, 'a task long done is not news')
await house.look(member, 'use-inbox')
await member.getByRole('button', { name: '全部标为已读' }).click()
house.check(await member.locator('.tasks .is-new').count() === 0 && await member.locator('.menu .count').count() === 0, 'all are read with one button')

// ---- a sheet has room for what is written on it by hand, which is not always a signature

const rivers = await enter('何志', 'desk', 'zh')
for (const [sheet, room] of [['controlled', '复查情况'], ['mending', '整改情况']]) {
  await house.visit(rivers, `/services/flood/${sheet}`)
  house.check((await rivers.locator('.sheet__table th').allInnerTexts()).includes(room) && !/签收/.test(await rivers.locator('main').innerText()), `${sheet}: ${room}`)
}

// ---- what a resident sent was not sent by the system

await house.visit(clerk, '/services/request/table')
for (const path of await clerk.locator('.line-number a').evaluateAll((list) => list.slice(0, 4).map((a) => a.getAttribute('href')))) {
  await house.visit(clerk, path)
  if (!/on the web/.test(await clerk.locator('.case-head').innerText())) continue
  const received = await clerk.locator('.timeline li', { hasText: 'Received' }).last().innerText()
  house.check(!/System/.test(received), `a case from the web was received from a person: ${received}`)
}

// ---- papers come when there is something to say; registers write dates and leave empty columns out

for (const [state, offered] of [['open', 0], ['closed', 1]]) {
  await house.visit(wang, `/services/wish/table?s=${state}`)
  await wang.locator('.line-number a').first().click()
  house.check(await wang.getByRole('link', { name: '感谢信' }).count() === offered, `a letter of thanks for a case that is ${state}: ${offered}`)
}
await wang.emulateMedia({ media: 'print' })
const printed = await wang.evaluate(() => ['.menu', '.header', '.tabs', '.summary__action', '.inline-form', '.demo'].filter((s) => [...document.querySelectorAll(s)].some((e) => e.getClientRects().length)))
house.check(printed.length === 0, `a printed case has nothing to press: ${printed}`)
await wang.emulateMedia({ media: 'screen' })
await wang.getByRole('link', { name: '感谢信' }).click()
house.check((await wang.locator('.paper__place').innerText()).length > 1, 'a paper says of which town')
await house.look(wang, 'use-paper')
await house.visit(clerk, '/registers/flood/works/1')
const days = await clerk.locator('.table tbody td[data-label="From day"]').allInnerTexts()
house.check(days.length > 0 && days.every((day) => /^\d{1,2} [A-Z][a-z]+ \d{4}$/.test(day)), `duties say their day in words: ${days}`)
const heads = await clerk.locator('.table thead th').allInnerTexts()
house.check(!heads.includes('Telephone') && !heads.includes('Until'), `no column of duties stands empty: ${heads}`)

// ---- what may be left out says so once

for (const [path, page] of [['/services/wish/new', clerk], ['/services/heat/new', clerk], ['/services/wish/new', wang]]) {
  await house.visit(page, path)
  const twice = await page.evaluate(() => [...document.querySelectorAll('.govuk-form-group')].filter((group) => group.querySelector('.lingban-optional') &&
    /可以不写|may leave this empty|\boptional\b/i.test([...group.querySelectorAll('.govuk-hint')].map((hint) => hint.textContent).join(' '))).map((group) => group.textContent.trim().slice(0, 60)))
  house.check(twice.length === 0, `${path} says "optional" once: ${twice}`)
}

// ---- the picture of a process: unfolded it shows where the case stands, can be read, and no label lies on another

const overlaps = (page) => page.evaluate(() => {
  const words = [...document.querySelectorAll('svg.bpmn text')].map((e) => [e.textContent, e.getBBox()]), found = []
  for (let i = 0; i < words.length; i++) for (let k = i + 1; k < words.length; k++) {
    const [a, b] = [words[i][1], words[k][1]]
    const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x), high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
    if (wide > 3 && high > 6) found.push(`${words[i][0]} × ${words[k][0]}`)
  }
  return found
})
for (const [who, language, open] of [[wang, 'zh', '流程图'], [clerk, 'en', 'picture']]) {
  for (const service of ['request', 'wish']) {
    await house.visit(who, `/services/${service}/table?s=open&lang=${language}`)
    await who.locator('.line-number a').first().click()
    await who.locator('summary', { hasText: open }).click()
    await who.waitForFunction(() => document.querySelector('.picture svg')?.getBoundingClientRect().width > 0)
    await who.waitForTimeout(50) // the toggle is told after the click
    const seen = await who.evaluate(() => {
      const box = document.querySelector('.picture').getBoundingClientRect(), here = document.querySelector('.picture .is-here, .picture .is-overdue')?.getBoundingClientRect()
      const svg = document.querySelector('.picture svg'), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
      return { within: here && here.left >= box.left - 1 && here.right <= box.right + 1, letters: 11 * scale }
    })
    house.check(seen.within, `${service} in ${language}: the step it stands at is seen at once`)
    house.check(seen.letters >= 10, `${service} in ${language}: letters of ${seen.letters} px`)
    house.check((await overlaps(who)).length === 0, `${service} in ${language}: ${await overlaps(who)}`)
    if (service === 'request') await house.look(who, `use-picture-${language}`)
  }
}

// ---- figures on a phone: a long title of a column wraps in its card

const crew = await enter('马立春', 'phone', 'en')
house.check(await house.visit(crew, '/figures/heat') === 200 && /weather office.s temperature/.test(await crew.locator('main').textContent()), 'the allowance list stands there')
house.check(await crew.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no figure is wider than the phone')

await house.close()
rmSync(folder, { recursive: true, force: true })
process.exit(house.total())
