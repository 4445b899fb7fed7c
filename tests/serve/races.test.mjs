// races.test.mjs: 64 people claim the same item at the same moment. One wins; the others are told which unit has it and
// what is still open, and no name of a person. Nothing else is claimed, and the journal replays.
import { Server, check, long, makeFolder, plain, run, total } from './server.mjs'

const CLIENTS = 64
const ROUNDS = Number(process.env.LINGBAN_ROUNDS || (long ? 40 : 8))
const words = (n) => `open w${n} wish by wang $sun ${n % 2 ? '$rice' : '$rice-and-lamp'}\ncomplete w${n} check by wang /data/outcome=approve`
const people = Array.from({ length: CLIENTS }, (_, i) =>
  `account p${i} member at nanhu of ${i % 2 ? 'unit' : 'library'} called "竞领者${String.fromCodePoint(0x4e00 + i * 7)}某${i}"`)
const scene = `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
${people.join('\n')}
${Array.from({ length: ROUNDS }, (_, n) => words(n)).join('\n')}
`

const folder = makeFolder('races', scene)
const server = await Server.start(folder, ['--demo', '--clock', '2026-09-07T10:00:00+08:00', '--quiet'])
const FIRST = 6 // the town has five accounts before them
const claimants = []
for (let i = 0; i < CLIENTS; i++) claimants.push(await server.enter(FIRST + i, i % 3 ? 'zh' : 'en'))

// The wall says which items are open and where they are claimed, page after page.
const items = [], at = new Map()
for (let page = '/services/wish/wall'; page && items.length < ROUNDS;) {
  const wall = await claimants[0].get(page)
  for (const [, item] of wall.text.matchAll(/action="\/tasks\/(\d+)\/claim"/g)) if (!at.has(item)) items.push(item), at.set(item, page)
  page = wall.text.match(/rel="next" href="([^"]+)"/)?.[1].replaceAll('&amp;', '&')
}
check(items.length >= ROUNDS, `the wall offers ${items.length} items`)

let round = 0
for (const item of items.slice(0, ROUNDS)) {
  round++
  const forms = await Promise.all(claimants.map((c) => c.form(at.get(item))))
  const answers = await Promise.all(claimants.map((c, i) => c.post(`/tasks/${item}/claim`, forms[i])))
  const winners = answers.filter((a) => a.status === 303)
  const losers = answers.filter((a) => a.status === 409)
  check(winners.length === 1, `round ${round}: ${winners.length} of ${CLIENTS} won (${[...new Set(answers.map((a) => a.status))]})`)
  check(losers.length === CLIENTS - 1, `round ${round}: ${losers.length} were told so`)
  const unit = answers.findIndex((a) => a.status === 303) % 2 ? '市自然资源局' : '市图书馆'
  for (const [i, a] of answers.entries()) {
    if (a.status !== 409) continue
    const said = plain(a.text.match(/<main[\s\S]*<\/main>/)?.[0] ?? '')
    if (!check(said.includes(unit) && /\d/.test(said) && !/竞领者/.test(said), `round ${round}, client ${i}: ${said.slice(0, 200)}`)) break
  }
}

await server.stop()
for (const args of [['verify'], ['replay', '--verify', '--recompute']]) {
  const ran = run([...args, '--data', folder])
  check(ran.status === 0, `${args.join(' ')}: ${ran.out}${ran.err}`)
}
total()
