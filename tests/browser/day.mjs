// day.mjs: what a day at work in the browser needs: a data folder from `lingban init`, a server with a clock that the
// test moves, people who sign in through the pages, forms filled in by their labels as a person reads them.
//
// Everything goes through the pages: the only addresses opened are `/` and the link of a resident's slip.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { House } from './house.mjs'

// "^text", with the sign or the words behind it that an optional question has.
const beginning = (text) => new RegExp('^\\s*' + text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
const exactly = (text) => new RegExp('^\\s*' + text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') + '\\s*$')

export class Day {
  people = new Map()
  shots = 0

  static async begin({ program, script, pictures, shoot }) {
    const day = new Day()
    Object.assign(day, { program, script, pictures, shoot })
    if (pictures) mkdirSync(pictures, { recursive: true })
    day.folder = mkdtempSync(join(tmpdir(), 'lingban-day-'))
    day.data = join(day.folder, 'data')
    day.clock = join(day.folder, 'clock')
    return day
  }

  // Runs the program; answers status and what it said.
  run(...args) {
    return this.runIn('zh', ...args)
  }

  runIn(language, ...args) {
    const r = spawnSync(this.program, args, { encoding: 'utf8', env: { ...process.env, LINGBAN_LANG: language } })
    return { status: r.status, said: r.stdout + r.stderr }
  }

  init(...args) {
    return execFileSync(this.program, ['init', '--data', this.data, '--clock', this.time, ...args],
      { encoding: 'utf8', env: { ...process.env, LINGBAN_LANG: 'zh' } })
  }

  // The clock file is read every second: written beside it and moved, so that it is never seen half written.
  at(time) {
    this.time = time
    writeFileSync(this.clock + '.new', time + '\n')
    renameSync(this.clock + '.new', this.clock)
  }

  async serve(data = this.data) {
    this.house = await House.open({ program: this.program, args: ['serve', '--data', data, '--clock-file', this.clock, '--quiet'], script: this.script, pictures: null })
    return this.house
  }

  async close() {
    if (this.house) await this.house.close()
    this.house = null
  }

  end() {
    rmSync(this.folder, { recursive: true, force: true })
  }

  // ---- people

  // A page that stands at `/`, in a browser of its own: nobody is signed in.
  async anyone(size) {
    const page = await this.house.page(size, 'zh')
    page.setDefaultTimeout(15000)
    await this.house.visit(page, '/')
    return page
  }

  // Signs in as somebody; a first password is changed at once, as the page asks.
  async as(login, size) {
    const page = await this.anyone(size)
    const person = this.people.get(login)
    await page.locator('header').getByRole('link', { name: '登录' }).click()
    await page.getByLabel('登录名').fill(login)
    await page.getByLabel('密码', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: '登录' }).click()
    if (person.first) {
      await page.getByText('请现在设置您自己的密码').waitFor()
      person.password = person.next
      person.first = false
      await page.getByLabel('新密码').fill(person.password)
      await page.getByRole('button', { name: '更改密码' }).click()
    }
    await page.getByRole('heading', { level: 1, name: '任务' }).waitFor()
    return page
  }

  // ---- reading and typing

  // Through the main menu.
  async menu(page, name) {
    const folded = page.locator('.menu:not([open]) > summary')
    if (await folded.isVisible()) await folded.click()
    await page.getByRole('navigation', { name: /主菜单|Main menu/ }).getByRole('link', { name: new RegExp('^' + name) }).click()
  }

  async text(page) {
    return (await page.locator('main').innerText()).replace(/\s+/g, ' ')
  }

  // What is folded away on a case's page, opened by its heading.
  async unfold(page) {
    const folded = page.locator('main details.fold:not([open]) > summary')
    while (await folded.count()) await folded.first().click()
  }

  // One question: a text, a choice by its words, a file. False when the page does not ask it.
  async answer(page, { q, v, file, within }) {
    const main = page.locator('main')
    const scope = within ? main.locator('fieldset').filter({ has: page.locator('> legend', { hasText: exactly(within) }) }).first() : main
    if (within && !(await scope.count())) return false
    const set = scope.locator('fieldset').filter({ has: page.locator('> legend', { hasText: beginning(q) }) }).last()
    if (await set.count()) {
      const choice = set.locator('label').filter({ hasText: exactly(v) }).first()
      if (await choice.isChecked().catch(() => false)) return true // chosen already: a click would change nothing
      await this.settled(page, set, () => choice.click())
      return true
    }
    const label = scope.locator('label').filter({ hasText: beginning(q) }).first()
    if (!(await label.count())) return false
    const field = page.locator(`[id="${await label.getAttribute('for')}"]`)
    await this.settled(page, label, async () => {
      if (file) await field.setInputFiles(file)
      else if ((await field.evaluate((f) => f.tagName)) === 'SELECT') await field.selectOption({ label: v })
      else {
        await field.fill(v)
        await field.blur()
      }
    })
    return true
  }

  // With script, an answer that others wait for exchanges the form in place: goes on when the old one has left.
  async settled(page, place, act) {
    const live = this.script && (await place.locator('xpath=ancestor-or-self::*[@data-lingban-live]').count())
    const old = live && (await place.elementHandle())
    await act()
    if (live) await page.waitForFunction((node) => !node.isConnected, old)
  }

  // A button that leads to another page, or to the same one anew.
  async press(page, button) {
    await Promise.all([page.waitForEvent('load'), button.click()])
  }

  // Fills in a form over as many pages as it has: what the page asks is typed, then its first button is pressed. `before` is
  // called with each page before it is sent. Ends when the form has been sent.
  async fill(page, answers, before = async () => {}) {
    let rest = [...answers]
    for (let turn = 0; turn < 20; turn++) {
      const left = []
      let added = false
      for (const a of rest) {
        if (added) left.push(a)
        else if (a.add) {
          const button = page.locator('main button[name=_add]').filter({ hasText: a.add })
          if (await button.count()) {
            await this.press(page, button)
            added = true
          } else left.push(a)
        } else if (!(await this.answer(page, a))) left.push(a)
      }
      const typed = left.length < rest.length
      rest = left
      if (added) continue
      await before(page, rest.length)
      const go = page.locator('main button[name=_go]:not([aria-hidden])').first()
      const last = (await go.getAttribute('value')) === 'send'
      if (last && rest.length && !typed) throw new Error(`not asked: ${rest.map((a) => a.q).join(', ')}`)
      await this.press(page, go)
      if (!(await page.locator('main button[name=_go]').count())) break
      const wrong = page.locator('.govuk-error-summary')
      if ((await wrong.count()) && !typed) throw new Error((await wrong.innerText()).replace(/\s+/g, ' '))
    }
    if (rest.length) throw new Error(`not asked: ${rest.map((a) => a.q || a.add).join(', ')}`)
  }

  async shot(page, name) {
    if (this.pictures && this.shoot) await page.screenshot({ path: join(this.pictures, `${name}.png`), fullPage: true })
  }
}
