// figures.test.mjs: what the pages and files of figures say, and to whom. In the demo town: every figure's table beside its
// chart is the CSV and the workbook, row for row; outsiders read no number from 1 to 4 of people, on no page, and no share
// beside one; home, tiles and the table of all services say the same. Then a questionnaire few have answered.
import { Server, check, makeFolder, plain, root, run, temporary, total } from './server.mjs'
import { unzip } from './walk.mjs'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const words = (html) => plain(html).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#39;|&#x27;/g, "'").trim()

// The figures of a page: { name, title, heads, rows, chart }.
function figures(html) {
  return html.split('<section').slice(1).map((section) => {
    const table = section.match(/<table[\s\S]*?<\/table>/)[0]
    const cells = (row) => [...row.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)<\/t[hd]>/g)].map((c) => words(c[1]))
    const [head, ...rows] = [...table.matchAll(/<tr[\s\S]*?<\/tr>/g)].map((row) => cells(row[0]))
    return {
      name: section.match(/href="\/figures\/[^/]+\/([^?"]+)\?as=csv"/)[1], title: words(table.match(/<caption>([\s\S]*?)<\/caption>/)[1]),
      heads: head, rows, right: [...table.matchAll(/<td[^>]*?>/g)].map(([tag]) => /class="right"/.test(tag)),
      chart: section.match(/<svg[\s\S]*?<\/svg>/)?.[0] ?? ''
    }
  })
}

// Lines of a CSV (RFC 4180), without the byte order mark and the apostrophe before what could be a formula.
function csv(text) {
  const rows = [[]]
  for (const [, quoted, bare, end] of text.replace(/^\ufeff/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push((quoted !== undefined ? quoted.replaceAll('""', '"') : bare).replace(/^'(?=[-+=@])/, ''))
    if (end === '') break
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '')
}

// Which columns a folder says count things: { report: 'all' | 'name, name' }; which reports have codes for names.
function things(service) {
  const found = {}, coded = new Set()
  let name = ''
  for (const line of readFileSync(join(root, 'services', service, 'reports.sql'), 'utf8').split('\n')) {
    name = line.match(/^-- name: (\S+)/)?.[1] ?? name
    const said = line.match(/^-- things: (.+)/)?.[1]
    if (said) found[name] = said
    if (/^-- choices:/.test(line)) coded.add(name)
  }
  const ownCases = /^ {2}about: things/m.test(readFileSync(join(root, 'services', service, 'service.yaml'), 'utf8'))
  return { claims: 'all', ...(ownCases && { months: 'all', offices: 'all' }), ...found, coded }
}

// Rows by size would tell which hidden number is the larger one: such rows stand last, by name, unless all stand by name.
function orderTellsNothing(rows) {
  const names = rows.map(([name]) => name), sorted = [...names].sort()
  if (same(names, sorted) || same(names, sorted.reverse())) return true
  const hidden = rows.map((row) => row.slice(1).some((cell) => cell === '< 5' || cell === '不显示'))
  const last = names.filter((_, i) => hidden[i])
  return !hidden.slice(0, names.length - last.length).some(Boolean) && same(last, [...last].sort())
}

const small = (cell) => /^[1-4]$/.test(cell)
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

const town = join(temporary('figures'), 'town')
check(run(['demo', '--data', town]).status === 0, 'the demo town')
let server = await Server.start(town, ['--demo', '--quiet'])
const nobody = server.person('zh'), staff = server.person('zh')
const entry = await staff.get('/demo')
const clerk = [...entry.text.matchAll(/<form[\s\S]*?<\/form>/g)].map(([f]) => f).find((f) => /工作人员/.test(f))?.match(/name="account" value="(\d+)"/)?.[1]
check((await staff.send('/demo', { account: clerk ?? '1' }, '/demo')).status === 303, 'a clerk enters')
const services = readdirSync(join(root, 'services')).filter((s) => readdirSync(join(root, 'services', s)).includes('service.yaml'))

for (const service of services) {
  const declared = things(service)
  for (const [who, person] of [['nobody', nobody], ['staff', staff]]) {
    const page = await person.get(`/figures/${service}`)
    if (page.status !== 200) {
      check(page.status === 404 && who === 'nobody', `/figures/${service} as ${who}: ${page.status}`)
      continue
    }
    for (const f of figures(page.text)) {
      const where = `${service}/${f.name} as ${who}`
      const taken = csv((await person.get(`/figures/${service}/${f.name}?as=csv`)).text)
      check(same(taken.slice(0, f.rows.length + 1), [f.heads, ...f.rows]) && taken.length === f.rows.length + 1, `the table is the CSV: ${where}: ${JSON.stringify([f.heads, ...f.rows])} ${JSON.stringify(taken)}`)
      check(f.title.length > 0, `${where} has a caption`)
      const sheet = unzip((await person.get(`/figures/${service}/${f.name}?as=xlsx`)).bytes).replaceAll('&lt;', '<')
      check(f.rows.flat().every((cell) => sheet.includes(`>${cell.replaceAll('&', '&amp;')}<`) || cell === '' || Number(cell) === Number.parseFloat(cell) && sheet.includes(`<v>${Number(cell)}</v>`)), `the workbook holds the table: ${where}`)
      for (const cell of f.rows.flatMap((row) => row.slice(1)).filter((c) => c === '< 5' || c === '不显示'))
        check(!f.chart || words(f.chart).includes(cell), `the chart of ${where} marks what is not said: ${cell}`)
      if (who === 'staff' || declared[f.name] === 'all') continue
      if (!declared.coded.has(f.name)) check(orderTellsNothing(f.rows), `the order of ${where} tells which hidden number is larger: ${JSON.stringify(f.rows)}`)
      for (const row of f.rows) {
        const told = row.filter((cell, c) => c > 0 && small(cell) && !(declared[f.name] ?? '').includes(f.heads[c]))
        check(told.length === 0, `a small number is said to outsiders: ${where}: ${row}`)
        const hidden = row.some((cell, c) => c > 0 && cell === '< 5')
        check(!hidden || !row.some((cell, c) => c > 0 && /^[-+]?\d+\.\d+$|%$/.test(cell)), `a share stands beside a hidden count: ${where}: ${row}`)
        check(!words(f.chart).split(' ').some(small) || told.length === 0, `the chart says it: ${where}`)
      }
    }
  }
}

// To take a thing on is not to have brought it: whoever claimed is thanked for that, and "done" stands nowhere beside it.
const claims = figures((await nobody.get('/figures/wish')).text).find((f) => f.name === 'claims')
check(claims.rows.length > 0 && same(claims.heads, ['单位', '已领办']), `who took on tasks: ${claims.heads}`)

// What each number counts stands there: a share of what is closed is not contradicted by what is late.
const overview = plain((await nobody.get('/figures')).text)
check(/办结中按时的/.test(overview) && /此刻逾期的不在其内/.test(overview), 'in time is a share of what is closed')
for (const [service, kept] of [['enforce', true], ['wish', false]])
  check(/不计入本页/.test(plain((await nobody.get(`/figures/${service}`)).text)) === kept, `${service} says whether it keeps cases back: ${kept}`)

// A list that the form filters by another answer has its words in reports all the same.
check(/药店购药/.test(plain((await nobody.get('/figures/ecred')).text)), 'stages are said by their labels')

// The same numbers wherever they stand.
async function sayings(person) {
  const home = (await person.get('/')).text, all = (await person.get('/figures')).text
  const table = [...all.matchAll(/<tr role="row">[\s\S]*?<\/tr>/g)].map(([row]) => [...row.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)<\/t[hd]>/g)].map((c) => words(c[1])))
  const cards = Object.fromEntries([...home.matchAll(/<li class="card">([\s\S]*?)<\/li>/g)].map(([, card]) => [words(card.match(/<h3[\s\S]*?<\/h3>/)[0]), words(card.match(/card__foot[^>]*>([\s\S]*?)<\/div>/)[1])]))
  const hero = [...home.match(/hero__figures[\s\S]*?<\/dl>/)[0].matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/g)].map(([, name, value]) => [name, words(value)])
  return { rows: table.slice(1), cards, hero: Object.fromEntries(hero), all }
}
for (const [who, person] of [['nobody', nobody], ['staff', staff]]) {
  const { rows, cards, hero, all } = await sayings(person)
  const [sum, ...each] = rows
  for (const [name, , open, closed, late, lateTasks] of each) {
    check((cards[name] ?? '') === (open === '0' ? '' : `${open} 件在办`), `the card of ${name} says what the table says to ${who}: ${cards[name]}, ${open}`)
    const id = all.match(new RegExp(`href="/figures/([a-z-]+)">${name}<`))[1]
    const tiles = [...(await person.get(`/figures/${id}`)).text.match(/<dl class="figures">[\s\S]*?<\/dl>/)[0].matchAll(/<dd>([^<]*)<\/dd>/g)].map(([, v]) => words(v))
    check(same(tiles, [open, closed, late, lateTasks]), `the tiles of ${name} say it to ${who}: ${tiles}; ${[open, closed, late, lateTasks]}`)
    check(who === 'staff' || !tiles.some(small) || things(id).months === 'all', `no tile of ${name} tells a small number: ${tiles}`)
  }
  check((hero['件正在办理'] ?? '不显示') === sum[2] && (hero['件已办结'] ?? '不显示') === sum[3], `home and the table have the same sums for ${who}: ${JSON.stringify(hero)} ${sum}`)
  if (who === 'staff') for (const column of [1, 2, 3, 4, 5]) check(Number(sum[column]) === each.reduce((n, row) => n + Number(row[column]), 0), `column ${column} adds up: ${sum[column]}`)
}
await server.stop()

// A questionnaire: five answers of one kind, one of another, by two rounds. The offices may not read it either.
const survey = (id, operator, round, overall) => `open ${id} enforce by wang /data/what/matter=survey /data/what/operator=${operator} /data/what/office=@brigade /data/survey/round=${round} /data/survey/overall=${overall} /data/survey/manner=5 /data/survey/rules=5 /data/survey/help=5\n`
const folder = makeFolder('questionnaire', `clock 2026-06-24T10:00:00+08:00
deploy services/enforce
organisation city city "四平市"
organisation brigade brigade "交通运输执法大队" in city
account wang staff at brigade
account zhao admin at city
${[5, 4, 5, 4, 5, 5].map((n, i) => survey(`a${i}`, i < 5 ? 'taxi' : 'repair', 1, n)).join('')}${[4, 4, 3, 3].map((n, i) => survey(`b${i}`, 'taxi', 2, n)).join('')}`)
server = await Server.start(folder, ['--demo', '--quiet'])
for (const who of [server.person('zh'), await server.enter(1), await server.enter(2)]) {
  const said = Object.fromEntries(figures((await who.get('/figures/enforce')).text).map((f) => [f.name, f.rows]))
  check(same(said.satisfaction, [['合计', '4.67', '6']]), `six answers are enough, a round of four is not counted: ${said.satisfaction}`)
  check(said.satisfaction_by_operator.length === 2 && said.satisfaction_by_operator.every(([, average, count]) => average === '不显示' && count === '不显示'), `one of six would be told by five: ${JSON.stringify(said.satisfaction_by_operator)}`)
  check(same(said.rounds, [['第1轮', '4.67', '6']]), `nor is the round of four listed: ${JSON.stringify(said.rounds)}`)
  check(said.rounds_compared === undefined, `nor is a difference with four said: ${JSON.stringify(said.rounds_compared)}`)
}
const clerkThere = await server.enter(1)
const months = figures((await clerkThere.get('/figures/enforce')).text).find((f) => f.name === 'months')
check(same(months.rows, [['2026-06', '10', '10']]), `the rest is as it is: ${months.rows}`)
await server.stop()
total()
