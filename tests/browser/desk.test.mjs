// desk.test.mjs: what an office does at its desk: a wish written down by keyboard alone, a look-alike shown before it is
// sent, a photo that only those may see who may see the case, a file that is no photo refused with a sentence, a service
// folder with a sheet, a paper and a sensitive question deployed from a .zip file, the sheet and the paper printed, and
// what is masked shown once.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-desk-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES })

const enter = async (page, login) => {
  await house.visit(page, '/demo')
  await page.locator('li.card', { hasText: login }).locator('button').click()
}

// ---- a wish by keyboard alone

const desk = await house.page('desk', 'zh')
await enter(desk, '王晓梅')
await house.visit(desk, '/desk')
const began = Date.now()
// What a person presses, by the keystroke-level model (Card, Moran, Newell 1980): a letter or digit is one, a Chinese character
// two letters of pinyin and the choice among the words offered.
let strokes = 0
const press = async (key) => { strokes++; await desk.keyboard.press(key) }
const type = async (text) => { for (const c of text) strokes += c.codePointAt(0) > 0x2e80 ? 3 : 1; await desk.keyboard.type(text) }
const focused = () => desk.evaluate(() => {
  const e = document.activeElement
  return { type: e.type || e.localName, name: e.name || '', value: e.value || '', chosen: Boolean(e.checked), words: e.innerText || '' }
})
const tabTo = async (wanted) => {
  for (let i = 0; i < 40; i++) {
    await press('Tab')
    if (wanted(await focused())) return true
  }
  return false
}
const skip = async () => { await press('Tab'); await press('Enter') } // the link over the frame
await skip()
house.check(await tabTo((at) => at.words === '微心愿'), 'the desk leads to the wish by Tab')
await press('Enter')
await desk.waitForURL(/\/services\/wish\/new/)
await skip()
// Tab goes from question to question; a space or an arrow chooses, letters are typed: nothing else is needed.
const answers = { 'who/name': '钱学秀', 'who/phone': '13800004321', 'where/building': '南湖小区 7 号楼', 'where/room': '1 单元 101', '/what': '小米', '/value_yuan': '40' }
const choices = { 'who/age': 2, '/category': 0, consent: 0, 'agree/how': 1 } // how many arrows down from the first
// Answers of the form in place come late, as they do in a village: whoever types on must not lose the place.
await desk.route(/\/services\/wish\/new/, async (route) => {
  if (route.request().method() === 'POST') await new Promise((done) => setTimeout(done, 300))
  await route.continue()
})
let filledBy = ''
await tabTo(async (at) => at)
for (let i = 0; i < 60; i++) {
  const at = await focused()
  if (at.name === '_go' && at.value === 'send') break
  if (at.name === 'who/filled_by') filledBy = at.chosen ? at.value : ''
  const text = Object.keys(answers).find((one) => at.name.endsWith(one)), choice = Object.keys(choices).find((one) => at.name.endsWith(one))
  if (text) await type(answers[text])
  if (choice) { await press('Space'); for (let k = 0; k < choices[choice]; k++) await press('ArrowDown') }
  await press('Tab')
}
house.check(filledBy === 'staff', 'who writes at the desk is known already')
await house.look(desk, 'desk-form-filled')
await press('Enter')
await desk.waitForURL(/receipt|errors/)
house.check(/\/receipt$/.test(desk.url()), `written down by keyboard: ${await desk.locator('.govuk-error-summary').allInnerTexts()}`)
house.check(Date.now() - began < 60000, 'in under a minute')
// 0.28 s a stroke is the model's average typist, 0.5 s one who looks for the letters.
console.log(`a wish by keyboard alone: ${strokes} strokes, ${(strokes * 0.28).toFixed(0)} s at 0.28 s each, ${(strokes * 0.5).toFixed(0)} s at 0.5 s`)
house.check(strokes > 60 && strokes * 0.5 < 60, `a wish takes ${strokes} strokes`)
const reference = (await desk.locator('.reference').innerText()).replace(/\D/g, '')

// ---- the same telephone number again

const fill = async (page, phone) => {
  const form = page.locator('form', { has: page.locator('[name="_page"]') })
  for (const group of await form.locator('fieldset').all()) {
    const choice = group.locator('input[type=radio], input[type=checkbox]').first()
    if (await choice.count() && !await group.locator('input:checked').count()) await choice.check()
  }
  await form.locator('[name="who/name"]').fill('钱学秀')
  await form.locator('[name="who/phone"]').fill(phone)
  await form.locator('[name="where/building"]').fill('南湖小区 7 号楼')
  await form.locator('[name$="/what"]').first().fill('收音机')
}
await house.visit(desk, '/services/wish/new')
await desk.getByLabel('电话', { exact: true }).check()
await fill(desk, '13800004321')
// The server cannot trust a name or an ending: it looks at the bytes.
await desk.locator('input[type=file]').setInputFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photograph at all') })
const refused = desk.locator('main .banner', { hasText: 'JPEG' })
await refused.waitFor({ timeout: 5000 }).catch(() => {})
house.check(await refused.count() > 0, 'a file that is no photo is refused with a sentence')
await house.look(desk, 'desk-photo-refused')
const photo = await desk.evaluate(async () => {
  const canvas = new OffscreenCanvas(1600, 1200), draw = canvas.getContext('2d')
  for (let i = 0; i < 4000; i++) { draw.fillStyle = `hsl(${i % 360} 60% 50%)`; draw.fillRect((i * 97) % 1600, (i * 61) % 1200, 60, 60) }
  return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer())]
})
await desk.locator('input[type=file]').setInputFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo) })
const ownQuestion = desk.getByText('照片可以公开吗')
await ownQuestion.first().waitFor({ timeout: 10000 }).catch(() => {})
house.check(await ownQuestion.count() > 0, 'the photo raises a question of its own')
await fill(desk, '13800004321')
await desk.getByRole('button', { name: '提交' }).last().click()
await desk.waitForURL(/alike=1/)
house.check(await desk.getByRole('alert').getByRole('link').count() >= 1, 'the open case of the same number is shown before sending')
house.check(await desk.getByLabel('电话', { exact: true }).isChecked(), 'the channel stays chosen')
await house.look(desk, 'desk-alike')
await desk.getByRole('button', { name: '提交' }).last().click()
await desk.waitForURL(/receipt$/)
const address = desk.url().replace(/\/receipt$/, '').replace(house.address, '')
await house.visit(desk, address)
const picture = await desk.locator('.photo img').getAttribute('src')
house.check(picture, 'the photo is on the case page')
house.check(await desk.locator('.photo img').getAttribute('loading') === 'lazy', 'and comes only when it is looked at')
if (picture) {
  const answer = await desk.request.get(house.address + picture)
  house.check(answer.status() === 200 && (await answer.body()).length <= 40 * 1024, `its thumbnail: ${answer.status()}, ${(await answer.body()).length} bytes`)
  house.check((await fetch(house.address + picture)).status === 404, 'nobody else gets it')
}
house.check(await desk.getByText('电话', { exact: false }).count() > 0, 'the channel is said')
await house.look(desk, 'desk-case-with-photo')

// ---- the household of a case: who belongs to it, from when to when; kept by its own office alone

await house.visit(desk, `/cases/${reference}`)
await desk.locator('main').getByRole('link', { name: '所在户' }).click()
const household = new URL(desk.url()).pathname
house.check((await desk.locator('h1').innerText()) === '南湖小区 7 号楼 1 单元 101', 'a household is called by its address')
house.check(await desk.locator('main').getByText('钱学秀').count() > 0 && await desk.locator('.tasks').getByRole('link', { name: /小米/ }).count() === 1, 'its member and its case')
await desk.getByText('新增成员').click()
await desk.getByLabel('姓名', { exact: true }).or(desk.getByLabel('名称', { exact: true })).fill('钱小宝')
await desk.getByLabel('与户主关系').selectOption({ label: '孙辈' })
await desk.getByRole('button', { name: '添加' }).click()
const added = desk.locator('.tasks > li', { hasText: '钱小宝' })
house.check(await added.getByText('孙辈').count() === 1, `a member was added: ${(await desk.locator('main').innerText()).slice(0, 200)}`)
await house.look(desk, 'desk-household')
await added.getByRole('button', { name: /已离开/ }).click()
house.check(/至/.test(await added.innerText()) && await added.getByRole('button').count() === 0, 'and left; the days stay')
const other = await house.page('desk', 'zh')
await enter(other, '陈静')
house.check(await house.visit(other, household) === 404, 'another community does not learn of it')

// ---- a service folder of one's own, from a .zip file

// Stored, not compressed: enough of the format (APPNOTE.TXT 4.3) for a handful of files.
const zip = (files) => {
  const parts = [], central = []
  let at = 0
  for (const [name, text] of files) {
    const path = Buffer.from(name), bytes = Buffer.from(text), head = Buffer.alloc(30), entry = Buffer.alloc(46)
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(0x800, 6)
    head.writeUInt32LE(crc32(bytes), 14); head.writeUInt32LE(bytes.length, 18); head.writeUInt32LE(bytes.length, 22); head.writeUInt16LE(path.length, 26)
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); entry.writeUInt16LE(20, 6); head.copy(entry, 8, 6, 30); entry.writeUInt32LE(at, 42)
    parts.push(head, path, bytes); central.push(entry, path)
    at += 30 + path.length + bytes.length
  }
  const index = Buffer.concat(central), end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(files.length, 8); end.writeUInt16LE(files.length, 10); end.writeUInt32LE(index.length, 12); end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, index, end])
}
const errand = new URL('../services/errand/', import.meta.url)
const files = readdirSync(errand).filter((name) => /\.(xml|yaml|bpmn|dmn|sql)$/.test(name)).map((name) => {
  let text = readFileSync(new URL(name, errand), 'utf8')
  if (name === 'service.yaml') text += '\nviews:\n  sheet: {kind: sheet, audience: office, name: {zh: 上门单, en: Rounds}, task: check, group: /data/address, columns: [/data/name, /data/phone]}\npapers: {slip: {zh: 存根, en: Stub}}\n'
  if (name === 'request.xml') text = text.replace('nodeset="/data/address" type="string" lingban:privacy="personal"', 'nodeset="/data/address" type="string" lingban:privacy="sensitive"')
  return [`errand/${name}`, text]
})
files.push(['errand/print/slip.html', '<h1>{{case_title}}</h1><p>{{reference}} {{answer.name}} <b>{{answer.phone}}</b></p>{{qr}}'])
const admin = await house.page('desk', 'zh')
await enter(admin, '韩管理')
await house.visit(admin, '/admin/services')
await admin.locator('form:has(input[name=folder]) button').click()
house.check(/\.zip/.test(await admin.locator('main').innerText()) && await admin.locator('input[name=folder]').count() === 1, 'without a file the page says what it needs, and has the form still')
await admin.locator('#folder').setInputFiles({ name: 'errand.zip', mimeType: 'application/zip', buffer: Buffer.from('PK no zip') })
await admin.getByRole('button', { name: '检查并开通' }).click()
house.check(await admin.getByText('.zip').count() > 0 && await admin.getByText('跑腿').count() === 0, 'what is no .zip file is refused')
await house.visit(admin, '/admin/services')
await admin.locator('#folder').setInputFiles({ name: 'errand.zip', mimeType: 'application/zip', buffer: zip(files) })
await admin.getByRole('button', { name: '检查并开通' }).click()
house.check(await admin.getByRole('link', { name: '跑腿', exact: true }).count() === 1, `the folder is deployed: ${(await admin.locator('main').innerText()).slice(0, 300)}`)

await house.visit(desk, '/services/errand/new')
await desk.locator('[name="name"]').fill('周守一<b>')
await desk.locator('[name="phone"]').fill('13911112222')
await desk.locator('[name="address"]').fill('湖畔里 3 号')
if (!await desk.locator('[name$="/what"]').count()) { await desk.locator('[name="_add"]').click(); await desk.waitForURL(/page=all/) }
await desk.locator('[name$="/what"]').first().fill('取药')
await desk.locator('input[type=radio][name="consent"]').check()
await desk.getByRole('button', { name: '提交' }).last().click()
await desk.waitForURL(/receipt$/)
const errandCase = desk.url().replace(/\/receipt$/, '').replace(house.address, '')

await house.visit(desk, '/services/errand/sheet')
house.check(await desk.getByText('取药').count() === 1 && await desk.getByText('13911112222').count() === 1, 'the sheet lists the errand')
await house.look(desk, 'desk-sheet')
await house.visit(desk, errandCase)
house.check(await desk.getByText('湖畔里').count() === 0, 'a sensitive answer is masked')
await desk.getByRole('link', { name: '存根' }).click()
house.check(await desk.locator('.paper').getByText('周守一<b>').count() === 1, 'the paper shows what was typed as text')
house.check(await desk.locator('.paper svg').count() === 1, 'and the QR code')
await house.look(desk, 'desk-paper')
await house.visit(desk, errandCase)
await desk.getByRole('button', { name: '显示' }).first().click()
house.check(await desk.getByText('湖畔里 3 号').count() === 1, 'it is shown on demand')
await house.look(desk, 'desk-revealed')
await house.visit(desk, errandCase)
house.check(await desk.getByText('湖畔里').count() === 0, 'but only once')
await house.visit(admin, errandCase)
house.check(await admin.getByText('有人查看了隐去的内容').count() === 1, 'and whoever supervises sees that somebody looked')

// ---- nobody else opens any of it

const stranger = await house.page('phone', 'zh')
for (const path of [errandCase, `${errandCase}/print/slip`, '/services/errand/sheet', `/cases/${reference}/receipt`]) house.check(await house.visit(stranger, path) === 404, `${path} is not for everybody`)

await house.close()
rmSync(folder, { recursive: true, force: true })
process.exit(house.total())
