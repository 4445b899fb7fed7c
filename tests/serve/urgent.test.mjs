// urgent.test.mjs: whoever opens a list of tasks finds the most urgent first: the longest overdue, then what is due next, then
// what has no deadline; page after page, for everybody of the demo town. What is offered comes by age, each page by deadline.
import { Server, ask, check, run, temporary, total } from './server.mjs'
import { join } from 'node:path'

const town = join(temporary('urgent'), 'town')
check(run(['demo', '--data', town]).status === 0, 'the demo town')
const server = await Server.start(town, ['--demo', '--quiet'])
// One who took on several, the youngest first.
const wang = await server.enter(Number(ask(town, "select id from account where login = 'wang'")[0][0]))
const offered = [...(await wang.get('/tasks?list=claim')).text.matchAll(/class="tasks__title" href="\/tasks\/(\d+)"/g)].map(([, id]) => Number(id))
for (const task of offered.sort((a, b) => b - a).slice(0, 4)) await wang.send('/tasks', { list: 'claim', task }, '/tasks?list=claim')

const due = new Map(ask(town, 'select id, coalesce(due_at, 9223372036854775807) from task').map(([id, at]) => [Number(id), BigInt(at)]))
const before = (a, b) => due.get(a) !== due.get(b) ? due.get(a) < due.get(b) : a < b
const inOrder = (ids) => ids.every((id, i) => i === 0 || before(ids[i - 1], id))

// The tasks of a list, a page each.
async function pages(person, list) {
  const found = []
  for (let path = `/tasks?list=${list}`; path;) {
    const { text } = await person.get(path)
    found.push([...text.matchAll(/class="tasks__title" href="\/tasks\/(\d+)"/g)].map(([, id]) => Number(id)))
    path = text.match(/href="(\/tasks\?list=[a-z]+&amp;after=\d+)"/)?.[1].replaceAll('&amp;', '&')
  }
  return found
}

const seen = { office: 0, mine: 0, overdue: 0, claim: 0 }
for (const [account] of ask(town, 'select id from account order by id')) {
  const person = await server.enter(Number(account))
  for (const list of Object.keys(seen)) {
    const found = await pages(person, list), all = found.flat()
    seen[list] = Math.max(seen[list], all.length)
    check(new Set(all).size === all.length, `no task twice: ${account}, ${list}: ${all}`)
    check(list === 'claim' ? found.every(inOrder) : inOrder(all), `by deadline: ${account}, ${list}: ${all}`)
  }
}
for (const [list, most] of Object.entries(seen)) check(most > 2, `somebody has some of ${list}: ${most}`)
await server.stop()
total()
