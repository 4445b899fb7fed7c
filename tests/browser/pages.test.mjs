// pages.test.mjs: every address of `lingban routes`, in the demo town, as everybody who lives there and as nobody.
// 1. Over plain HTTP: each address as each role in both languages answers with the status the table promises, and no
//    page of somebody signed in may be kept by a cache. 2. In the browser, at phone and desk width: nothing for axe-core
//    to find, nothing wider than the screen, no error of a script; every picture goes to BUILD/pictures. 3. With JavaScript
//    off: a resident's wish from the first page of the form to its receipt.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-pages-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const routes = execFileSync(program, ['routes'], { encoding: 'utf8' }).split('\n').filter((line) => line.startsWith('GET'))
  .map((line) => { const [, pattern, who] = line.match(/^GET +(\S+) +(\S+)/); return { pattern, who } })

const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES })

// ---- a visitor without a browser

class Visitor {
  cookies = new Map()

  async go(path, body) {
    const headers = { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
    const answer = await fetch(house.address + path, { method: body ? 'POST' : 'GET', redirect: 'manual', headers, body: body && new URLSearchParams(body) })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
      if (/Max-Age=0/.test(cookie)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return { status: answer.status, headers: answer.headers, to: answer.headers.get('location'), text: await answer.text() }
  }

  // Sends the form whose markup holds `mark`, with its hidden fields.
  async send(page, mark, path, fields) {
    const { text } = await this.go(page)
    const form = text.match(/<form method="post"[\s\S]*?<\/form>/g).find((one) => one.includes(mark))
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((found) => [found[1], found[2]])
    return this.go(path, [...hidden, ...Object.entries(fields)])
  }
}

const demo = (await new Visitor().go('/demo?lang=en')).text
const everybody = [...demo.matchAll(/<h2 class="card__title">([^<]*)<\/h2><p>([^<]*)<\/p>[\s\S]*?name="account" value="(\d+)"/g)]
  .map((found) => ({ roles: found[2], account: found[3] }))
const ranks = { admin: 'Administrator', supervisor: 'Supervisor', staff: 'Staff', partner: 'Partner unit', member: 'Member' }
const may = {
  anyone: ['nobody', 'resident', 'member', 'partner', 'staff', 'supervisor', 'admin'], account: ['member', 'partner', 'staff', 'supervisor', 'admin'],
  staff: ['staff', 'supervisor', 'admin'], supervisor: ['supervisor', 'admin'], admin: ['admin']
}

const visitors = { nobody: new Visitor() }
for (const [role, words] of Object.entries(ranks)) {
  const person = everybody.find((one) => one.roles.startsWith(words))
  if (!house.check(person, `the demo town has no ${role}`)) continue
  visitors[role] = new Visitor()
  await visitors[role].send('/demo', 'name="account"', '/demo', { account: person.account })
}

// What stands in the addresses: a case on the wall, one that only its office knows, a task of each kind of person.
const first = (text, pattern) => text.match(pattern)?.[1]
const wall = (await visitors.nobody.go('/services/wish/wall')).text
const onWall = first(wall, /\/cases\/(\d+)/)
const table = (await visitors.staff.go('/services/wish/table')).text
const ofOffice = [...new Set([...table.matchAll(/\/cases\/(\d+)/g)].map((found) => found[1]))]
const receipt = (await visitors.staff.go(`/cases/${ofOffice[0]}/receipt`)).text
const link = first(receipt, /(\/c\/\d+\/[A-Za-z0-9_-]+)/)
visitors.resident = new Visitor()
house.check((await visitors.resident.go(link)).status === 303, 'the link of a slip forwards')
const taskOf = async (role) => first((await visitors[role].go(`/tasks?list=${may.staff.includes(role) ? 'office' : 'claim'}`)).text, /\/tasks\/(\d+)/)
const tasks = { staff: await taskOf('staff'), member: await taskOf('member') }
const answer = (await visitors.staff.go(`/cases/${ofOffice[0]}`)).text.match(/\/amend\?s=(\d+)&amp;p=([^"]+)/)
house.check(onWall && ofOffice.length > 1 && tasks.staff && tasks.member && answer, 'the demo town has cases and tasks')

const checks = [...(await visitors.staff.go('/tasks?list=office')).text.matchAll(/\/tasks\/(\d+)">社区审核/g)].map((found) => found[1]).slice(0, 2)
house.check(checks.length === 2, 'the demo town has two wishes to check')

const householdOf = first((await visitors.staff.go(`/cases/${ofOffice[0]}`)).text, /href="(\/households\/\d+)"/)
house.check(householdOf, 'a case leads to its household')

// Addresses of a route, each with those who may open it; `nobody else` get 401, 403 or 404.
const views = ['wall', 'table', ...[...(await visitors.staff.go('/services/wish')).text.matchAll(/href="\/services\/wish\/([a-z-]+)"/g)].map((f) => f[1]).filter((v) => v !== 'new')]
const handlers = ['staff', 'supervisor', 'admin'], all = may.anyone
const filled = {
  '/services/{service}': [['/services/wish', all]],
  '/services/{service}/new': [['/services/wish/new', all]],
  '/services/{service}/{view}': [...new Set(views)].map((view) => [`/services/wish/${view}`, view === 'wall' ? all : handlers]),
  '/cases/{ref}': [[`/cases/${onWall}`, all], [`/cases/${ofOffice[0]}`, ['resident', ...handlers], true]],
  '/cases/{ref}/receipt': [[`/cases/${ofOffice[0]}/receipt`, ['resident', ...handlers]]],
  '/cases/{ref}/amend': [[`/cases/${ofOffice[0]}/amend?s=${answer?.[1]}&p=${answer?.[2]}`, handlers]],
  '/tasks/{id}': [[`/tasks/${tasks.staff}`, handlers, true], [`/tasks/${tasks.member}`, ['member', ...handlers], true]],
  '/tasks-together': [[`/tasks-together?tasks=${checks}`, ['staff'], true]], // nothing to do for the others: back to their tasks
  '/tasks-together/{draft}': [],
  '/households/{household}': [[householdOf, ['staff', 'admin'], true]],
  '/tasks/{id}/more': [[`/tasks/${tasks.staff}/more`, handlers, true]],
  '/cases/{ref}/manage': [[`/cases/${ofOffice[0]}/manage`, ['supervisor', 'admin'], true]],
  '/search': [['/search', all], ['/search?q=wish', all]],
  '/tasks': ['claim', 'mine', 'office', 'overdue'].map((list) => [`/tasks?list=${list}`, may.account]),
  '/figures/{service}': [['/figures/wish', all]],
  '/figures/{service}/{report}': [['/figures/wish/offices?as=csv', all, false, 'file'], ['/figures/wish/offices?as=xlsx', all, false, 'file']],
  '/admin/people/{account}': [['/admin/people/3', ['admin']]],
  '/admin/organisations/{organisation}': [['/admin/organisations/2', ['admin']]],
  '/admin/services/{service}/move': [['/admin/services/wish/move', ['admin']]],
  '/admin/backup': [], // there is none until one is made: tests/serve/backup.test.mjs
  '/services/{service}/media/{file}': [], // the wish's form shows no pictures
  '/admin/erase': [['/admin/erase', ['admin']], [`/admin/erase?q=${ofOffice[0]}`, ['admin']]],
  '/c/{ref}/{secret}': [], // followed above
  '/services/{service}/new/{draft}': [], '/tasks/{id}/{draft}': [], // below, without JavaScript
  '/admin/backup': [], // a file that is there only after somebody made it: serve/backup
  '/cases/{ref}/photo': [], '/cases/{ref}/print/{paper}': [],
  '/registers/{service}/{register}': [['/registers/flood/works', all]],
  '/registers/{service}/{register}/{entry}': [['/registers/flood/works/1', all]],
  '/registers/{service}/{register}/{entry}/print': [['/registers/flood/works/1/print', handlers]],
  '/registers/{service}/{register}/import': [['/registers/flood/works/import', ['admin'], true]], // its keepers only
  '/services/{service}/media/{file}': [], // pictures of forms: no service of the demo town has one
  '/activities': [['/activities', all], ['/activities?service=reading', all]],
  '/activities/{activity}': [['/activities/1', all]],
  '/activities/{activity}/sessions/{session}': [['/activities/1/sessions/1', ['admin'], true]], // its keepers only
  '/healthz': [['/healthz', all, false, 'file']]
}
const addresses = routes.flatMap(({ pattern, who }) => (filled[pattern] || [[pattern, may[who]]]).map(([path, allowed, some, kind]) => ({ pattern, path, allowed, some, kind })))
house.check(addresses.every((one) => one.allowed && !/[{}]/.test(one.path)), `addresses not filled in: ${addresses.filter((one) => /[{}]/.test(one.path)).map((one) => one.path)}`)

// ---- 1. every address as everybody

for (const { path, allowed, some } of addresses) {
  for (const [role, visitor] of Object.entries(visitors)) {
    for (const language of ['zh', 'en']) {
      const { status, headers, text } = await visitor.go(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
      const good = allowed.includes(role) ? status === 200 : some ? [200, 303, 401, 403, 404].includes(status) : [401, 403, 404].includes(status)
      house.check(good, `${path} as ${role}: ${status}`)
      house.check(status !== 200 || !/^text\/html/.test(headers.get('content-type')) || text.includes(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"`), `${path} as ${role}: not in ${language}`)
      if (role !== 'nobody') house.check(!/public/.test(headers.get('cache-control') || ''), `${path} as ${role}: may be kept by others: ${headers.get('cache-control')}`)
    }
  }
}

// ---- 2. every page looked at

// Each page once as the one who uses it most, in the four views; as the others once, in turns.
const looks = [['phone', 'zh'], ['desk', 'en'], ['desk', 'zh'], ['phone', 'en']]
const opened = {}
const pageOf = async (role, size, language) => {
  const key = `${role} ${size} ${language}`
  if (opened[key]) return opened[key]
  const page = await house.page(size, language)
  await page.context().addCookies([...visitors[role].cookies].filter(([name]) => name !== 'lang').map(([name, value]) => ({ name, value, url: house.address })))
  await house.visit(page, `/about?lang=${language}`)
  opened[key] = page
  return page
}
let turn = 0
const name = (role, path) => `${role}${path.replace(/\d{12}/g, '').replace(/[^a-z0-9]+/gi, '-').replace(/-$/, '') || '-home'}`
for (const { path, allowed, kind } of addresses) {
  if (kind === 'file') continue
  const roles = allowed.filter((role) => visitors[role])
  const main = ['staff', 'member', 'resident', 'nobody', 'admin'].find((role) => roles.includes(role) && (allowed !== all || role === 'nobody')) || roles[0]
  for (const role of roles) {
    const chosen = role === main ? looks : [looks[turn++ % 2]]
    if (role !== main && allowed === all && !['staff', 'member'].includes(role)) continue
    for (const [size, language] of chosen) {
      const page = await pageOf(role, size, language)
      page.errors.length = 0
      const status = await house.visit(page, path)
      house.check(status === 200, `${path} as ${role}, ${size}, ${language}: ${status}`)
      await house.look(page, name(role, path))
    }
  }
}
// Large letters on the smallest phone: nothing is wider than its 320 px. (innerWidth would grow with what is too wide.)
for (const role of ['nobody', 'admin']) {
  for (const language of ['en', 'zh']) {
    const page = await pageOf(role, 'small', language)
    await house.visit(page, '/about?text=large')
    for (const { path, allowed, kind } of addresses) {
      if (kind === 'file' || !allowed.includes(role) || (role === 'admin' && allowed === all)) continue
      await house.visit(page, path)
      const width = await page.evaluate(() => document.documentElement.classList.contains('text-large') && document.documentElement.scrollWidth)
      house.check(width === 320, `${path} as ${role}, ${language}, with large letters on 320 px: ${width} px wide`)
    }
    await house.visit(page, '/figures/contest')
    const widest = await page.evaluate(() => document.documentElement.scrollWidth)
    house.check(widest === 320, `the figures of the contest with large letters on 320 px: ${widest} px wide`)
  }
}
// A figure of one row has a word for its name, not its first number; the wall of notes shows the notes.
const counted = await pageOf('nobody', 'desk', 'en')
for (const service of ['flood', 'heat']) {
  await house.visit(counted, `/figures/${service}`)
  const names = await counted.locator('.charts th[scope="row"]').allInnerTexts(), heads = await counted.locator('.charts thead th').allInnerTexts()
  house.check(names.includes('All of them'), `the single rows of ${service} are named: ${names}`)
  house.check(![...names, ...heads].some((words) => /^[\d.]+$|\(\*\)/.test(words)), `no number and no SQL is a name in ${service}: ${names} ${heads}`)
}
await house.visit(counted, '/services/reading/wall')
house.check((await counted.locator('main').innerText()).includes('我喜欢师徒四人一路不放弃'), 'the wall of notes shows what was written')
// A page that is not there, and the first visit's weight.
const lost = await pageOf('nobody', 'phone', 'zh')
house.check(await house.visit(lost, '/nothing-here') === 404, 'a page that is not there is 404')
await house.look(lost, 'nobody-lost')
for (const path of ['/', '/services/wish/wall', '/services/wish/new', `/cases/${onWall}`]) {
  const page = await house.page('phone', 'zh')
  let bytes = 0
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength })
  await house.visit(page, path)
  await page.waitForTimeout(100)
  house.check(bytes > 1000 && bytes <= 60 * 1024, `first load of ${path}: ${bytes} bytes`)
  await page.context().close()
}
await house.close()

// ---- 3. without JavaScript

const plain = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], script: false })
const page = await plain.page('phone', 'zh')
await plain.visit(page, '/')
await page.getByRole('link', { name: '微心愿' }).first().click()
await page.getByRole('link', { name: '开始办理' }).click()
// Page by page: the first choice of every question, a few words in every text, until there is nothing more to fill in.
let steps = 0
for (; steps < 20 && !/\/receipt$/.test(page.url()); steps++) {
  const main = page.locator('main form')
  for (const group of await main.locator('fieldset').all()) {
    const choice = group.locator(':scope input[type=radio], :scope input[type=checkbox]').first()
    if (await choice.count()) await choice.check()
  }
  for (const input of await main.locator('input[type=text], input[type=tel], input:not([type]), textarea').all()) if (!await input.inputValue()) await input.fill('南湖')
  for (const input of await main.locator('input[type=number], input[inputmode=numeric], input[inputmode=decimal]').all()) await input.fill('2')
  for (const input of await main.locator('input[type=tel]').all()) await input.fill('13812345678')
  await main.locator('.govuk-button-group button').first().click()
}
plain.check(/\/cases\/\d+\/receipt$/.test(page.url()), `a wish is sent without JavaScript (${steps} pages): ${page.url().replace(/new\/[^?]*/, 'new/…')} ${await page.locator('.govuk-error-summary').allInnerTexts()}`)
plain.check(await page.locator('.reference').count() === 1, 'the receipt shows the number')
await plain.close()
rmSync(folder, { recursive: true, force: true })

console.log(`${house.passed + plain.passed} passed, ${house.failed + plain.failed} failed`)
process.exit(house.failed + plain.failed === 0 ? 0 : 1)
