// me-too.test.mjs: a resident meets what stands on the public board already: from a card there, and from the page that
// checks the answers of a request that says the same; without JavaScript too. What joins is merged, and its giver is told.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const folder = mkdtempSync(join(tmpdir(), 'lingban-me-too-'))
const data = join(folder, 'town')
execFileSync(program, ['demo', '--data', data], { stdio: 'pipe' })
const house = await House.open({ program, args: ['serve', '--demo', '--quiet', '--data', data], pictures: process.env.LINGBAN_PICTURES, script: false })

const next = async (page) => { await page.locator('button.govuk-button[name=_go][value=next], button.govuk-button[name=_go][value=check]').last().click(); await page.waitForLoadState() }
const me = async (page) => {
  await page.locator('[name="me/name"]').fill('邱女士')
  await page.locator('[name="me/phone"]').fill('043400000999')
}

// ---- from a card of the board

const phone = await house.page('phone', 'zh')
await house.visit(phone, '/services/request/board')
await house.look(phone, 'me-too-board')
const card = phone.locator('li.card', { hasText: '楼道灯不亮' })
await card.getByRole('link', { name: '我也遇到了' }).click()
house.check(await phone.locator('[name="what/title"]').inputValue() === '楼道灯不亮', 'what is public is filled in')
house.check(await phone.getByText('这件事和“楼道灯不亮”').count() === 1, 'the first page says with which it goes on')
await next(phone)
house.check(await phone.locator('[name="where/place"]').inputValue() === '南湖小区二号楼', 'so is the place')
await next(phone)
await me(phone)
await next(phone)
house.check(await phone.getByText('一起办').count() === 1, 'the last page says that it goes on with the other')
await house.look(phone, 'me-too-check')
await phone.locator('button[name=_go][value=send]').last().click()
await phone.waitForURL(/receipt/)
const reference = (await phone.locator('.reference').innerText()).replace(/\D/g, '')
await house.visit(phone, `/cases/${reference}`)
house.check(await phone.getByRole('link', { name: /已并入办件/ }).count() === 1, `merged into it: ${(await phone.locator('main').innerText()).slice(0, 200)}`)

// ---- from the page that checks what was written

const desk = await house.page('desk', 'zh')
await house.visit(desk, '/services/request/new')
await desk.locator('[name="what/kind"][value=light]').check()
await desk.locator('[name="what/title"]').fill('二号楼黑灯')
await next(desk)
await desk.locator('[name="where/office"]').selectOption({ label: '南湖社区' }).catch(() => desk.getByLabel('南湖社区').check())
await desk.locator('[name="where/place"]').fill('二号楼')
await next(desk)
await me(desk)
await next(desk)
house.check(await desk.getByText('楼道灯不亮').count() > 0, 'open public ones of the kind and community are offered')
await house.look(desk, 'me-too-offered')
await desk.getByRole('button', { name: /我也遇到了/ }).first().click()
await desk.waitForLoadState()
house.check(await desk.getByText('一起办，有结果').count() === 1, 'a button joins it')
await desk.getByRole('button', { name: '不是同一件，单独办' }).click()
await desk.waitForLoadState()
house.check(await desk.getByRole('button', { name: /我也遇到了/ }).count() > 0, 'and another takes that back')

// ---- a number that is none

await desk.locator('a[href*="#q:me:same_as"]').click()
await desk.locator('[name="me/same_as"]').fill('1234')
await next(desk)
house.check(await desk.getByText('公开栏里没有正在办理的 1234').count() === 1, 'the page that checks the answers says that no case has it')
house.check(await desk.getByRole('button', { name: /我也遇到了/ }).count() > 0, 'and offers those there are')
await desk.locator('button[name=_go][value=send]').last().click()
await desk.waitForLoadState()
house.check(await desk.getByText('公开栏里没有正在办理的 1234').count() === 1 && await desk.locator('button[name=_go][value=send]').count() > 0, 'sending it leads back here')
await house.look(desk, 'me-too-wrong')
await desk.getByRole('button', { name: '留空，单独办' }).click()
await desk.waitForLoadState()
house.check(await desk.getByText('公开栏里没有').count() === 0, 'a button takes the number away')

// ---- the same at the office's desk, where all stands on one page

const staff = await house.page('desk', 'zh')
await house.visit(staff, '/demo')
await staff.getByRole('button', { name: /王晓梅/ }).click()
await house.visit(staff, '/services/request/new')
await staff.locator('[name="what/kind"][value=light]').check()
await staff.locator('[name="what/title"]').fill('三号楼黑灯')
await staff.locator('[name="where/place"]').fill('三号楼')
await staff.locator('[name="me/same_as"]').fill('1234')
await staff.locator('[name="me/name"]').fill('邱女士')
await staff.locator('[name="me/phone"]').fill('043400000998')
await staff.locator('button[name=_go][value=send]').last().click()
await staff.waitForLoadState()
house.check(await staff.getByText('公开栏里没有正在办理的 1234').count() === 1 && await staff.locator('[name="where/place"]').inputValue() === '三号楼', 'the desk reads it above what was written')
await house.look(staff, 'me-too-wrong-desk')
await staff.locator('[name="me/same_as"]').fill('')
await staff.locator('button[name=_go][value=send]').last().click()
await staff.waitForURL(/receipt/)

await house.close()
rmSync(folder, { recursive: true, force: true })
process.exitCode = house.total()
