// search.test.mjs: what people find. Anybody: services by what is said of them, not those that are the office's own.
// Staff: a case by the last digits of its number and by what it is about, in their own office, each look-up journalled.
import { Server, ask, check, makeFolder, total } from './server.mjs'

const folder = makeFolder('search', `clock 2026-09-07T09:00:00+08:00
include tests/scenes/town.inc
deploy services/enforce-meeting
account root admin at city
open w1 wish by wang $sun $rice
open w2 wish by wang $zhou $lamp
`)
const server = await Server.start(folder, ['--demo'])
const find = async (who, words, language = 'zh') => who.get(`/search?q=${encodeURIComponent(words)}&lang=${language}`)
const people = {}
const nobody = server.person()
for (const login of ['wang', 'zhao', 'root']) people[login] = await server.enter(ask(folder, `select id from account where login = '${login}'`)[0][0])

// Services: by every word of what is said of them.
for (const [words, language, found] of [['党员 领办', 'zh', true], ['LIVE in difficulty', 'en', false], ['Residents DIFFICULTY', 'en', true], ['ｗｉｓｈ', 'zh', true], ['没有的事', 'zh', false]]) {
  const text = (await find(nobody, words, language)).text
  check(text.includes('href="/services/wish"') === found, `${words}: ${found ? 'found' : 'not found'}`)
  check(found || /<main[\s\S]*href="\/services"/.test(text), `${words}: nothing found leads to all services`)
}
check(!(await find(nobody, '座谈会')).text.includes('/services/enforce-meeting'), 'a service of the offices is not offered to residents')
check((await find(people.wang, '座谈会')).text.includes('/services/enforce-meeting'), 'and found by staff')

// A number under which there is nothing: as it was typed, what is wrong with it, and other ways. A good one tells nothing.
const real = ask(folder, "select reference from cases where title like '%大米%'")[0][0]
const wrong = real.slice(0, -1) + (Number(real.slice(-1)) + 1) % 10
for (const [typed, heading, why] of [[wrong, '没有这个编号', '校验位'], [real.slice(1), '没有这个编号', '12位数字'], ['400-1234567', '没有这个编号', '12位数字'], [real, '没有查到这个编号', '没有公开']])
  for (const answer of [await find(nobody, typed), await nobody.get(`/cases/${typed}?lang=zh`)]) {
    const told = answer.status === 303 ? (await nobody.get(`/cases/${typed}?lang=zh`)).text : answer.text
    check(told.includes(`<h1>${heading}</h1>`) && told.includes(why) && told.includes(`value="${typed}"`) && told.includes('href="/mine"') && told.includes('href="/services"'), `${typed}: ${told.match(/<main[\s\S]*?<\/main>/)?.[0]}`)
  }
check((await nobody.get(`/cases/${wrong}`)).status === 404, 'it is still not found')
check(!(await find(nobody, '12345')).text.includes('没有这个编号'), 'a hotline is no case number')

// Cases: by the last digits and by what it is about.
const [[number]] = ask(folder, "select reference from cases where title like '%大米%'")
const looks = () => Number(ask(folder, "select count(*) from history where kind = 'revealed'")[0][0])
for (const words of [number.slice(-4), number.slice(-8), `${number.slice(-8, -4)}-${number.slice(-4)}`, `${number.slice(-6, -3)} ${number.slice(-3)}`, '大米', '米']) {
  const before = looks()
  const found = (await find(people.wang, words)).text.includes(`/cases/${number}`)
  check(found === (words !== '米'), `${words}: ${found}`)
  check(looks() - before === (found ? 1 : 0), `${words}: each look-up of a person is in the journal`)
  check(!(await find(people.zhao, words)).text.includes(`/cases/${number}`), `${words}: another office finds nothing`)
  check(!(await find(nobody, words)).text.includes(`/cases/${number}`), `${words}: nobody finds nothing`)
}
check(!(await find(people.wang, number.slice(-3))).text.includes(`/cases/${number}`), 'three digits are too few')
const plan = ask(folder, "explain query plan select id from cases where substr(reference, -4) = '1234' and substr(reference, -length('1234')) = '1234'").flat().join(' ')
check(/cases_ending/.test(plan), `the last digits are found by an index: ${plan}`)
await server.stop()
total()
