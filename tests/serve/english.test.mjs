// english.test.mjs: an English page holds no Chinese but what people typed. The demo town is made, every page that a
// supervisor may ask for is asked for in English, and each piece of its text is held against what stands in the store as
// typed: answers, names, titles, remarks, places. What is left over is a word that somebody forgot to translate.
import { Server, ask, check, program, run, temporary, total } from './server.mjs'
import { addresses, routes, standing } from './walk.mjs'
import { join } from 'node:path'

const folder = join(temporary('english'), 'data')
check(run(['demo', '--data', folder]).status === 0, `the demo town: ${program}`)
const han = /\p{Script=Han}/u
const typed = ask(folder, `select coalesce(value, personal) from answer union select title from cases union select name from party union select address from party
  union select name from organisation union select label from entity union select value from entity_value union select post from duty
  union select name from activity union select place from activity union select topic from activity_session
  union select note from history union select sentence from notice where kind <> 'notify'`)
  .flatMap(([t]) => t?.split('\\n') ?? []).map((t) => t.trim()).filter((t) => han.test(t)).sort((a, b) => b.length - a.length)

// The page without its scripts, and the names that only a screen reader says.
const pieces = (html) => [...html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/font-family="[^"]*"/g, '').split(/<[^>]*>/),
  ...[...html.matchAll(/(?:aria-label|alt|title|placeholder)="([^"]*)"/g)].map((m) => m[1])]
const left = (piece) => {
  let rest = piece.replace(/&[a-z#0-9]+;/g, ' ').replace(/\p{Script=Han}\*+/gu, '') // a masked name
  for (const t of typed) {
    if (!han.test(rest)) return ''
    rest = rest.replaceAll(t, '')
  }
  return han.test(rest) ? rest.trim() : ''
}

const server = await Server.start(folder, ['--demo'])
const boss = await server.enter(2)
const skipped = /csv|xlsx|\/c\/|^\/demo|^\/dev|^\/api|^\/admin\/journal/ // what is taken away, what is for other programs, the demo's own post
const values = standing(folder), known = new Map([['中文', 'the way to the other language']])
let pages = 0
for (const { method, pattern } of routes().filter(({ method, pattern }) => method === 'GET' && !skipped.test(pattern)))
  for (const address of addresses(pattern, values)) {
    const answer = await boss.get(`${address}${address.includes('?') ? '&' : '?'}lang=en`)
    if (answer.status !== 200 || !/^text\/html/.test(answer.headers['content-type'] ?? '')) continue
    pages++
    for (const piece of pieces(answer.text)) {
      const rest = han.test(piece) ? left(piece) : ''
      if (!rest || known.has(rest)) continue
      known.set(rest, address)
      check(false, `${address}: “${rest.slice(0, 120)}” in “${piece.trim().slice(0, 160)}”`)
    }
  }
check(pages > 300, `${pages} pages were looked at`)
console.log(`${pages} pages in English`)
await server.stop()
total()
