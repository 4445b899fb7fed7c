// house.mjs: what all browser tests share. Starts a server on a free port, opens pages at phone and desk width in
// Chinese or English, runs axe-core, takes pictures. Usage in a test:
//
//     const house = await House.open({ args: ['serve', '--demo', '--data', dir] })
//     const page = await house.page('phone', 'zh')
//     await house.visit(page, '/services/wish/wall')
//     await house.close()
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const sizes = {
  small: { width: 320, height: 640, isMobile: true, hasTouch: true }, // WCAG 2.2, 1.4.10 Reflow
  phone: { width: 375, height: 812, isMobile: true, hasTouch: true },
  desk: { width: 1280, height: 900 }
}

export class House {
  passed = 0
  failed = 0

  // program: path of the server; args: its arguments without --listen. address: use a server that already runs.
  static async open({ program, args = [], address, pictures, script = true } = {}) {
    const house = new House()
    house.pictures = pictures
    house.script = script
    if (pictures) mkdirSync(pictures, { recursive: true })
    if (!address) address = await house.#start(program, args)
    house.address = address
    house.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none']
    })
    return house
  }

  // The server prints its address on the first line that holds one.
  #start(program, args) {
    this.server = spawn(program, [...args, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
    process.on('exit', () => this.server?.kill()) // also when a test gives up half-way
    return new Promise((resolve, reject) => {
      let said = ''
      const timer = setTimeout(() => reject(new Error(`the server said no address within 60 s: ${said}`)), 60000)
      const listen = (chunk) => {
        said += chunk
        const found = said.match(/https?:\/\/127\.0\.0\.1:\d+/)
        if (found) {
          clearTimeout(timer)
          resolve(found[0])
        }
      }
      this.server.stdout.on('data', listen)
      this.server.stderr.on('data', listen)
      this.server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
    })
  }

  async page(size = 'desk', language = 'zh') {
    const { width, height, ...device } = sizes[size]
    const context = await this.browser.newContext({
      viewport: { width, height }, ...device, locale: language === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai',
      javaScriptEnabled: this.script, deviceScaleFactor: 1
    })
    const page = await context.newPage()
    page.errors = []
    // A page that answers with an error status on purpose is no error of the page.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/responded with a status of 4\d\d/.test(message.text())) page.errors.push(message.text())
    })
    page.on('pageerror', (error) => page.errors.push(String(error)))
    page.size = size
    page.language = language
    return page
  }

  async visit(page, path) {
    const answer = await page.goto(this.address + path, { waitUntil: 'load' })
    return answer.status()
  }

  // Counts one check; what fails is printed.
  check(good, what) {
    if (good) this.passed++
    else this.failed++
    if (!good) console.log(`FAIL ${what}`)
    return good
  }

  // Accessibility faults of the page as it stands, and whether it fits the screen.
  async axe(page, where, check = (good, what) => this.check(good, what)) {
    await page.evaluate(axeSource)
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    }))
    const faults = result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n')[1]?.trim()}`))
    check(faults.length === 0, `${where}: ${faults.slice(0, 8).join(' | ')}`)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
    check(!overflow, `${where}: wider than the screen`)
  }

  // Accessibility faults of the page as it stands, and no message of the browser about what it refused to load.
  async look(page, name) {
    const where = `${name} ${page.size} ${page.language}`
    if (this.script) await this.axe(page, where)
    this.check(page.errors.length === 0, `${where}: ${page.errors.join(' | ')}`)
    if (this.pictures) await page.screenshot({ path: join(this.pictures, `${name}-${page.size}-${page.language}.png`), fullPage: true })
  }

  async close() {
    await this.browser.close()
    if (this.server) {
      this.server.removeAllListeners('exit')
      const ended = new Promise((resolve) => this.server.on('exit', resolve))
      this.server.kill('SIGTERM')
      await ended
    }
  }

  // Prints the closing line and answers the exit status.
  total() {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    return this.failed === 0 && this.passed > 0 ? 0 : 1
  }
}
