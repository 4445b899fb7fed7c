// monday.test.mjs: Monday at the Nanhu desk. One wish from the first sign-in of a new town to thanks, a restored backup
// and a journal that verifies, in twelve steps; once with JavaScript off and once with it on. Phone and desk width
// alternate: the second round swaps them, but for the member's claim, which is made on a phone in both.
//
// Nothing is entered but by `lingban init` and through the pages; no address is opened but `/` and the link of the
// resident's slip. Pictures: LINGBAN_LOOK/monday-NN.png (BUILD/look). People, numbers and addresses are made up.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Day } from './day.mjs'

const program = process.env.LINGBAN || 'build/lingban'
const pictures = process.env.LINGBAN_LOOK || join(program, '../look')
const totals = { passed: 0, failed: 0 }

const neighbour = { name: '孙兰', phone: '0434-0000001', building: '南湖小区 3 号楼', wrong: '2 单元 103', room: '2 单元 301' }
const secrets = [neighbour.name, '0434', '0000001', '3 号楼', '单元', '膝盖']

// The small picture that the member takes at the door: a JPEG, made by the browser.
async function photograph(day, file) {
  const page = await day.house.page('phone', 'zh')
  await page.setContent('<body style="margin:0;background:#d8c9a8"><svg width="320" height="240"><rect x="90" y="60" width="140" height="150" rx="18" fill="#fff"/><rect x="90" y="100" width="140" height="50" fill="#0c6157"/></svg>')
  const bytes = await page.screenshot({ type: 'jpeg', quality: 70, clip: { x: 0, y: 0, width: 320, height: 240 } })
  writeFileSync(file, bytes)
  await page.context().close()
}

// What a phone that was never here loads, on the wire: bytes of everything a page needs, compressed as sent.
async function weigh(day, check) {
  const page = await day.house.page('phone', 'zh')
  const cdp = await page.context().newCDPSession(page)
  let bytes = 0
  cdp.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength })
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  const weight = async (name, go) => {
    bytes = 0
    await go()
    await page.waitForLoadState('networkidle')
    console.log(`${name}: ${(bytes / 1024).toFixed(1)} KB on the wire`)
    check(bytes > 2000 && bytes <= 60 * 1024, `${name} weighs ${bytes} bytes`)
  }
  await weight('home', () => day.house.visit(page, '/'))
  await page.locator('main').getByRole('link', { name: '微心愿' }).click()
  await weight('wish wall', () => page.getByRole('link', { name: '心愿墙' }).click())
  await weight('wish form', () => page.getByRole('link', { name: '开始办理' }).click())
  await page.context().close()
}

async function monday(script) {
  const day = await Day.begin({ program, script, pictures, shoot: true })
  const round = script ? 'with JavaScript' : 'without JavaScript'
  const mark = script ? '' : '-plain'
  let house
  const check = (good, what) => {
    if (good) totals.passed++
    else { totals.failed++; console.log(`FAIL ${round}, ${what}`) }
  }
  const step = async (number, title, size, act) => {
    const width = script || number === 7 ? size : size === 'desk' ? 'phone' : 'desk'
    const name = `monday-${String(number).padStart(2, '0')}${mark}`
    const began = Date.now()
    await act(width, async (page, more = '') => {
      check(page.errors.length === 0, `step ${number}: ${page.errors.join(' | ')}`)
      if (script) await house.axe(page, `step ${number}${more}`, check)
      await day.shot(page, name + more)
    })
    console.log(`${round} ${String(number).padStart(2)} ${title} (${width}, ${((Date.now() - began) / 1000).toFixed(1)} s)`)
  }
  const has = async (page, words, what) => {
    const text = await day.text(page)
    for (const word of [].concat(words)) check(text.includes(word), `${what}: “${word}” is not there`)
  }
  const lacks = async (page, words, what) => {
    const text = await page.content()
    for (const word of [].concat(words)) check(!text.includes(word), `${what}: “${word}” is there`)
  }
  const leave = (page) => page.context().close()
  const person = (login, first) => day.people.set(login, { password: first, first: true, next: `${login} 的新密码 2026` })
  const openTask = async (page, list, name) => {
    await day.menu(page, '任务')
    await page.getByRole('link', { name: new RegExp('^' + list) }).click()
    await page.locator('.tasks').getByRole('link', { name }).first().click()
  }

  try {
    day.at('2026-09-21T09:00:00+08:00') // a Monday
    const said = day.init('--organisation', '四平市', '--name', '管理员')
    person('admin', said.match(/[a-z0-9]{12}/)[0])
    house = await day.serve()
    let link, page

    await step(1, 'the first administrator signs in and chooses a password', 'desk', async (size, look) => {
      page = await day.as('admin', size)
      await has(page, ['您的密码已更改', '任务'], 'step 1')
      await look(page)
    })

    await step(2, 'the community, the partner unit, two members and a clerk are entered', 'desk', async (size, look) => {
      await leave(page)
      page = await day.as('admin', size)
      const organisation = async (name, kind) => {
        await day.menu(page, '管理')
        await page.locator('main').getByRole('link', { name: '机构' }).click()
        await page.getByLabel('名称', { exact: true }).fill(name)
        await page.getByLabel('类别').selectOption({ label: kind })
        await page.getByLabel('上级').selectOption({ label: '四平市' })
        await page.getByRole('button', { name: '添加' }).click()
        await page.getByText('已保存').waitFor()
      }
      await organisation('南湖社区', '社区')
      await organisation('市自然资源局', '共建单位')
      const offered = async (label) => (await page.getByLabel(label, { exact: true }).locator('option').allInnerTexts()).join()
      check((await offered('共建单位')) === '市自然资源局' && (await offered('社区')) === '南湖社区', 'step 2: a partnership offers what cannot be a partner')
      await page.getByLabel('共建单位').selectOption({ label: '市自然资源局' })
      await page.getByLabel('社区', { exact: true }).selectOption({ label: '南湖社区' })
      await page.getByRole('button', { name: '建立共建' }).click()
      await has(page, ['市自然资源局 – 南湖社区', '尚未结对'], 'step 2')
      check((await page.getByRole('button', { name: '建立共建' }).count()) === 0, 'step 2: the same partnership is offered again')
      await look(page, '-organisations')
      const account = async (name, login, role, unit) => {
        await day.menu(page, '管理')
        await page.locator('main').getByRole('link', { name: '人员' }).click()
        await page.getByLabel('名称', { exact: true }).or(page.getByLabel('姓名', { exact: true })).fill(name)
        await page.getByLabel('登录名').fill(login)
        await page.getByLabel('初始密码').fill(`初始密码-${login}-2026`)
        await page.getByLabel('角色', { exact: true }).selectOption({ label: role })
        await page.getByLabel('所属机构').selectOption({ label: unit })
        await page.getByLabel('角色适用于').selectOption({ label: '南湖社区' })
        await page.getByRole('button', { name: '添加' }).click()
        await page.getByText('首次登录').first().waitFor()
        person(login, `初始密码-${login}-2026`)
      }
      await account('王芳', 'wang', '工作人员', '南湖社区')
      await account('李明', 'li', '党员、志愿者', '市自然资源局')
      await account('钱进', 'qian', '党员、志愿者', '市自然资源局')
      await has(page, ['王芳', '工作人员', '李明', '钱进', '党员、志愿者', '市自然资源局'], 'step 2')
      await look(page)
    })

    await step(3, 'the service is opened', 'desk', async (size, look) => {
      await day.menu(page, '管理')
      await page.locator('main').getByRole('link', { name: '服务事项' }).click()
      const row = page.locator('main li').filter({ has: page.locator('button', { hasText: '(wish)' }) })
      await row.getByRole('button').click()
      await has(page, ['微心愿', '已开通'], 'step 3')
      await look(page)
      await leave(page)
    })

    await step(4, "an old neighbour's wish is written down at the desk", 'desk', async (size, look) => {
      page = await day.as('wang', size)
      await day.menu(page, '受理台')
      await page.locator('main').getByRole('link', { name: '微心愿' }).first().click()
      await day.fill(page, [
        { q: '是谁在填写？', v: '社区工作人员代填' },
        { q: '许愿人姓名', v: neighbour.name },
        { q: '联系电话', v: neighbour.phone },
        { q: '年龄段', v: '80到89岁' },
        { q: '平时和谁一起住？', v: '独自居住' },
        { q: '所在社区', v: '南湖社区' },
        { q: '小区和楼号', v: neighbour.building },
        { q: '单元和房号', v: neighbour.wrong },
        { within: '心愿物品或帮助 1', q: '是哪一类？', v: '米面粮油' },
        { within: '心愿物品或帮助 1', q: '想要什么？', v: '大米' },
        { within: '心愿物品或帮助 1', q: '单位', v: '袋' },
        { within: '心愿物品或帮助 1', q: '大约值多少元？', v: '60' },
        { add: '心愿物品或帮助' },
        { within: '心愿物品或帮助 2', q: '是哪一类？', v: '维修和跑腿' },
        { within: '心愿物品或帮助 2', q: '想要什么？', v: '修厨房的灯' },
        { within: '心愿物品或帮助 2', q: '单位', v: '盏' },
        { within: '心愿物品或帮助 2', q: '大约值多少元？', v: '0' },
        { q: '为什么有这个心愿？', v: '膝盖不好，搬不动米。' },
        { q: '我同意社区', v: '是，我已阅读' },
        { q: '本人怎样表示同意？', v: '本人当面口头同意' }
      ], async (p, left) => { if (left === 0) await look(p, '-form') })
      await has(page, ['已收到', '大米', '南湖社区'], 'step 4')
      link = await page.locator('main a[href*="/c/"]').getAttribute('href')
      await look(page)
      await leave(page)
    })

    await step(5, 'a duplicate is noticed and merged', 'phone', async (size, look) => {
      page = await day.anyone(size) // the daughter writes too, from home
      await page.locator('main').getByRole('link', { name: '微心愿' }).click()
      await page.getByRole('link', { name: '开始办理' }).click()
      await day.fill(page, [
        { q: '是谁在填写？', v: '家人或邻居代填' },
        { q: '代填人姓名', v: '孙小梅' },
        { q: '许愿人姓名', v: neighbour.name },
        { q: '联系电话', v: neighbour.phone },
        { q: '年龄段', v: '80到89岁' },
        { q: '所在社区', v: '南湖社区' },
        { q: '小区和楼号', v: neighbour.building },
        { q: '是哪一类？', v: '米面粮油' },
        { q: '想要什么？', v: '大米一袋' },
        { q: '我同意社区', v: '是，我已阅读' },
        { q: '本人怎样表示同意？', v: '本人电话中同意' }
      ])
      await has(page, ['已收到', '大米一袋'], 'step 5')
      await look(page, '-receipt')
      await leave(page)
      page = await day.as('wang', size)
      await openTask(page, '本单位', /社区审核.*大米一袋/)
      await has(page, ['相似办件', neighbour.name, '大米一袋', '修厨房的灯'], 'step 5')
      await look(page)
      await page.getByRole('button', { name: /^并入 \d/ }).click()
      await has(page, ['办件已合并', '另一办件并入了本件'], 'step 5')
      await look(page, '-merged')
    })

    await step(6, 'the first one is approved, and the wall shows it masked', 'desk', async (size, look) => {
      await openTask(page, '本单位', /社区审核/)
      await day.fill(page, [{ q: '审核结果', v: '通过，上心愿墙' }])
      await leave(page)
      page = await day.anyone(size)
      await page.locator('main').getByRole('link', { name: '微心愿' }).click()
      await page.getByRole('link', { name: '心愿墙' }).click()
      await has(page, ['大米', '修厨房的灯', '80到89岁', '南湖社区'], 'step 6')
      await lacks(page, secrets, 'step 6, the wall')
      check((await page.locator('main .card').count()) === 1, 'step 6: the merged wish is on the wall too')
      await look(page)
      await page.locator('main .card').getByRole('link', { name: /大米/ }).click()
      await lacks(page, secrets, "step 6, the case's public page")
      await look(page, '-case')
      await leave(page)
      if (script) await weigh(day, check)
    })

    await step(7, 'a member claims one item of two on a phone', 'phone', async (size, look) => {
      page = await day.as('li', size)
      await day.menu(page, '服务事项')
      await page.locator('main').getByRole('link', { name: '微心愿' }).click()
      await page.getByRole('link', { name: '心愿墙' }).click()
      await page.getByRole('button', { name: /领办.*大米/ }).click()
      await has(page, '您已领办', 'step 7')
      await lacks(page, secrets, 'step 7, before the office has agreed')
      await look(page)
      await leave(page)
    })

    await step(8, 'the clerk accepts, and the address opens to that member alone', 'desk', async (size, look) => {
      page = await day.as('wang', size)
      await openTask(page, '本单位', /社区同意/)
      await look(page, '-accept')
      await day.fill(page, [{ q: '是否同意由其领办', v: '同意，向领办人公开住址' }])
      await leave(page)
      page = await day.as('qian', size)
      await day.menu(page, '服务事项')
      await page.locator('main').getByRole('link', { name: '微心愿' }).click()
      await page.getByRole('link', { name: '心愿墙' }).click()
      await page.locator('main .card').getByRole('link', { name: /大米/ }).click()
      await lacks(page, secrets, 'step 8, the other member')
      await look(page, '-other')
      await leave(page)
      page = await day.as('li', size)
      await openTask(page, '我的', /备齐物品/)
      await has(page, [neighbour.name, neighbour.building, neighbour.wrong], 'step 8')
      await look(page)
      await leave(page)
    })

    await step(9, 'a caller is found by a name of two characters; a slip of the pen is corrected', 'desk', async (size, look) => {
      page = await day.as('wang', size)
      await day.menu(page, '查找')
      await page.locator('main').getByLabel('编号（或后四位）、姓名、拼音、电话或事由').fill(neighbour.name)
      await page.locator('main').getByRole('button', { name: '搜索' }).click()
      await has(page, [neighbour.name, '本次查询已记入流水'], 'step 9')
      await look(page, '-search')
      await page.locator('.tasks').getByRole('link', { name: /孙兰 · 大米(?!一袋)/ }).click()
      const row = page.locator('.summary > div').filter({ hasText: neighbour.wrong })
      await row.getByRole('link', { name: /修改/ }).click()
      await page.getByLabel(/单元和房号/).fill(neighbour.room)
      await page.getByLabel('为什么更正？').fill('登记时写错了房号')
      await page.getByRole('button', { name: '保存' }).click()
      await has(page, [neighbour.room, `原为“${neighbour.wrong}”`, '登记时写错了房号'], 'step 9')
      await look(page)
      await leave(page)
    })

    await step(10, 'the item lapses over the holiday and is open again', 'phone', async (size, look) => {
      const wall = async (words, picture) => {
        const p = await day.anyone(size)
        await p.locator('main').getByRole('link', { name: '微心愿' }).click()
        await p.getByRole('link', { name: '心愿墙' }).click()
        await has(p, words, `step 10, ${day.time}`)
        if (picture) await look(p)
        await leave(p)
      }
      // Ten working days from 21 September: the 25th is Mid-Autumn, 1 to 7 October the holiday, Saturday 10 October a
      // working day; the last is Monday 12 October.
      day.at('2026-10-12T20:00:00+08:00')
      await new Promise((resolve) => setTimeout(resolve, 3000))
      await wall(['已领办 1 项，共 2 项'], false)
      day.at('2026-10-13T08:00:00+08:00')
      await new Promise((resolve) => setTimeout(resolve, 3000))
      await wall(['已领办 0 项，共 2 项'], true)
      page = await day.as('li', size)
      await day.menu(page, '消息')
      await has(page, '备齐物品”的期限已过', 'step 10')
      await look(page, '-inbox')
      await leave(page)
    })

    await step(11, 'the other member brings both; the resident says so on the telephone; the slip is printed', 'phone', async (size, look) => {
      page = await day.as('qian', size)
      await day.menu(page, '任务')
      await page.getByRole('link', { name: /^待领办/ }).click()
      for (const box of await page.locator('main input[name=task]').all()) await box.check()
      await look(page, '-batch')
      await page.getByRole('button', { name: '领办所选' }).click()
      await page.getByText('已领办 2 项，共选 2 项').waitFor()
      await leave(page)
      page = await day.as('wang', size)
      for (let i = 0; i < 2; i++) {
        await openTask(page, '本单位', /社区同意/)
        await day.fill(page, [{ q: '是否同意由其领办', v: '同意，向领办人公开住址' }])
      }
      await leave(page)
      const photo = join(day.folder, 'door.jpg')
      await photograph(day, photo)
      page = await day.as('qian', size)
      for (const [what, cost, source] of [['大米 10 公斤 1 袋', '58', '个人出资'], ['灯管 1 支', '12', '个人出资']]) {
        await openTask(page, '我的', /备齐物品/)
        await day.fill(page, [{ q: '准备得怎样', v: '已备齐' }, { q: '备了什么', v: what }, { q: '花费多少元？', v: cost }, { q: '从哪里来', v: source }])
      }
      // Both on one visit: one form for the two tasks.
      await day.menu(page, '任务')
      await page.getByRole('link', { name: /^我的/ }).click()
      for (const box of await page.locator('main input[name=task]').all()) await box.check()
      await page.getByRole('button', { name: '所选任务一次填写' }).click()
      await has(page, ['上门送达：一次填 2 件', '大米', '修厨房的灯', neighbour.name], 'step 11')
      await page.locator('main').getByLabel('在照片里').first().check()
      await day.fill(page, [
        { q: '送到了吗', v: '已送达' }, { q: '哪天送的', v: '2026-10-13' }, { q: '在哪里送的', v: '居民家中' },
        { q: '照片', file: photo }, { q: '本人同意公开照片吗？', v: '不公开' },
        { q: '走访记录', v: '精神很好，灯也亮了。' }, { q: '走访时发现别的困难吗？', v: '没有' }
      ], async (p, left) => { if (left === 0) await look(p, '-deliver') })
      await has(page, '已完成 2 件，共选 2 件', 'step 11')
      await leave(page)
      page = await day.as('wang', size)
      await openTask(page, '本单位', /居民确认/)
      await look(page, '-confirm')
      await day.fill(page, [{ q: '心愿实现了吗？', v: '收到了' }, { q: '您满意吗？', v: '很满意' }, { q: '想说的话', v: '谢谢小钱！' }])
      await day.menu(page, '查找')
      await page.locator('main').getByLabel('编号（或后四位）、姓名、拼音、电话或事由').fill(neighbour.phone)
      await page.locator('main').getByRole('button', { name: '搜索' }).click()
      await page.locator('.tasks').getByRole('link', { name: /孙兰 · 大米(?!一袋)/ }).click()
      await day.unfold(page)
      await has(page, ['已办结', '很满意', '谢谢小钱', '精神很好', neighbour.room], 'step 11')
      const picture = page.locator('main img').first()
      await picture.scrollIntoViewIfNeeded()
      if (script) check(await picture.evaluate((i) => i.decode().then(() => i.naturalWidth > 0, () => false)), 'step 11: the photo does not show')
      await look(page)
      await page.getByRole('link', { name: '回执与链接' }).click()
      await page.emulateMedia({ media: 'print' })
      await look(page, '-print')
      const ground = await page.locator('.panel--done').evaluate((p) => getComputedStyle(p).backgroundColor)
      check(ground === 'rgba(0, 0, 0, 0)', `step 11: the slip prints on ${ground}`)
      check(!(await page.locator('main').getByText('127.0.0.1').isVisible()), 'step 11: the slip prints an address of this computer')
      check((await page.pdf({ format: 'A5' })).subarray(0, 5).toString() === '%PDF-', 'step 11: the slip does not print')
      await page.emulateMedia({ media: null })
      await leave(page)
      const resident = await house.page(size, 'zh')
      await resident.goto(link)
      check(!resident.url().includes('/c/'), "step 11: the secret stays in the address")
      await has(resident, ['已办结', '心愿已办结，感谢您的信任'], 'step 11, the resident')
      const tall = await resident.evaluate(() => document.documentElement.scrollHeight)
      check(tall < 3600, `step 11: the finished case is ${tall} px high`)
      await look(resident, '-resident')
      await day.unfold(resident)
      await has(resident, [neighbour.room, '精神很好'], 'step 11, the resident')
      await leave(resident)
    })

    await step(12, 'a backup is taken; a damaged folder is noticed, restored, and everything verifies', 'desk', async (size, look) => {
      page = await day.as('admin', size)
      await day.menu(page, '管理')
      await page.locator('main').getByRole('link', { name: '流水与备份' }).click()
      await has(page, ['签名的根', '随最近一次改动签署', '验签用的公钥'], 'step 12')
      check(/^lingban.invalid\/[0-9a-f]+\n\d+\n/.test(await page.locator('pre.checkpoint').innerText()), 'step 12: no signed root')
      await look(page, '-journal')
      check((await page.locator('nav.nav .count').count()) <= 1, 'step 12: a count stands at every entry of the menu')
      await page.getByRole('button', { name: '立即备份' }).click()
      const ready = page.getByRole('link', { name: '取走备份' }) // the page looks again by itself
      await ready.waitFor({ timeout: 30000 })
      await look(page, '-backup')
      const coming = page.waitForEvent('download')
      await ready.click()
      const file = join(day.folder, 'backup.zip')
      await (await coming).saveAs(file)
      await leave(page)
      await day.close()
      check(day.run('verify', '--data', day.data).status === 0, 'step 12: the data does not verify before it is damaged')
      const database = join(day.data, 'lingban.db'), bytes = readFileSync(database)
      const at = bytes.indexOf(Buffer.from('"kind":"case.open"'))
      check(at > 0, 'step 12: no entry found to damage')
      bytes[at + 9] ^= 1
      writeFileSync(database, bytes)
      const damaged = day.run('verify', '--data', day.data)
      check(damaged.status === 1 && damaged.said.length > 10, `step 12: the damage is not noticed: ${damaged.said}`)
      const restored = day.run('restore', file, '--data', day.data, '--clock-file', day.clock)
      check(restored.status === 0, `step 12: ${restored.said}`)
      const good = day.run('verify', '--data', day.data)
      check(good.status === 0, `step 12: ${good.said}`)
      const replayed = day.run('replay', '--verify', '--recompute', '--data', day.data)
      check(replayed.status === 0, `step 12: ${replayed.said}`)
      console.log(damaged.said.trim() + '\n' + good.said.trim() + '\n' + replayed.said.trim())
      house = await day.serve()
      const resident = await house.page(size, 'zh')
      await resident.goto(house.address + new URL(link).pathname)
      await has(resident, ['已办结', '大米'], 'step 12, after the restore')
      await look(resident)
      await leave(resident)
    })
  } catch (error) {
    totals.failed++
    console.log(`FAIL ${round}: ${error.stack}`)
    const open = day.house?.browser?.contexts().flatMap((c) => c.pages()).pop()
    if (open) {
      console.log(`at ${open.url()}: ${(await day.text(open).catch(() => '')).slice(0, 1500)}`)
      await day.shot(open, `monday-failed${mark}`)
    }
  }
  await day.close()
  day.end()
}

const rounds = { plain: [false], script: [true] }[process.argv[2]] || [true, false]
for (const script of rounds) await monday(script)
console.log(`${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed || !totals.passed ? 1 : 0)
