// leak.test.mjs: who may see what. Every answer of a case holds a word that stands nowhere else (a marker); everybody
// (nobody signed in, residents, members, offices, administrators) asks for every address of `lingban routes` with ids
// that exist, and for every link on those pages. A marker may be only where the tables below say, and what they say
// must be there. The same for CSV and XLSX, the log, messages out, photos, the journal and the files of the folder.
//
// The tables are DESIGN.md section 5 in the words of src/engine/viewer.h. LINGBAN_LONG: also in English, and the demo
// town with all services that ship, whose personal answers must not reach anybody outside.
import { Server, ask, build, check, long, makeFolder, program, sleep, temporary, total } from './server.mjs'
import { addresses, gateway, multipart, photo, routes, standing, unzip } from './walk.mjs'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

// ---- the town

const m = (of, what) => `Zm${of}${what}q`
const phones = { wall: '04347700001', held: '04347700002', check: '04347700003', other: '04347700004', gone: '04347700005', done: '04347700006', kept: '04347700007', photo: '04347700008' }
const answers = (of) => ({ pub: m(of, 'pub'), off: m(of, 'off'), name: m(of, 'name'), phone: phones[of], address: m(of, 'home'), story: m(of, 'story'), number: m(of, 'number') })
const open = (of, at = 'nanhu') => `open ${of} marked by resident /data/office=@${at} /data/living=Zmliving2q ` +
  Object.entries(answers(of)).map(([field, value]) => `/data/${field}=${value}`).join(' ')
const approve = (of, outcome = 'approve') => `complete ${of} check by wang /data/outcome=${outcome} /data/remark=${m(of, 'remark')} /data/secret=${m(of, 'secret')}`
const scene = `clock 2026-09-07T09:00:00+08:00
deploy tests/services/marked
organisation city city "四平市"
organisation nanhu community "南湖社区" under city
organisation beihu community "北湖社区" under city
organisation unit unit "市自然资源局" under city
organisation library unit "市图书馆" under city
partner unit nanhu
account wang staff at nanhu called ZmaccountWangq mail zmwangq@example.org password 一个很长很长的密码
account zhao staff at beihu called ZmaccountZhaoq password 一个很长很长的密码
account li member at nanhu of unit called ZmaccountLiq mail zmliq@example.org password 一个很长很长的密码
account qian partner at nanhu of library called ZmaccountQianq password 一个很长很长的密码
account boss supervisor at city called ZmaccountBossq password 一个很长很长的密码
account root admin at city called ZmaccountRootq password 一个很长很长的密码
account gu guardian at nanhu called ZmaccountGuq password 一个很长很长的密码
entity marked_things T1 ZmthingLabelq by wang open=ZmthingOpenq inside=ZmthingWasq personal.own=ZmthingOwnq
entity marked_things T1 ZmthingLabelq by wang open=ZmthingOpenq inside=ZmthingInsideq personal.own=ZmthingOwnq
duty marked_things T1 keeper by wang named ZmthingKeeperq phone 04347790001 post 管理员
${open('wall')}
${approve('wall')}
${open('held')}
${approve('held')}
activity read marked 读书会 places 2 at nanhu by wang
session first read 2026-09-20 by wang
sign-up held read ZmnickHeldq by wang
note held by resident ${m('held', 'note')}
amend held /data/story ${m('held', 'story')} by wang reason 改错字
amend held /data/address ${m('held', 'home')} by wang reason 改错字
claim held visit by li
urge held visit by wang reason ${m('held', 'urged')}
${open('check')}
${open('other', 'beihu')}
${open('gone')}
${approve('gone')}
withdraw gone by resident reason ${m('gone', 'reason')}
${open('done')}
${approve('done')}
claim done visit by qian
complete done visit by qian /data/words=${m('done', 'words')}
complete done confirm by resident /data/rating=5 /data/thanks=${m('done', 'thanks')}
${open('kept')}
${approve('kept', 'keep')}
`.replace(`/data/story=${m('held', 'story')}`, `/data/story=${m('held', 'oldstory')}`).replace(`/data/address=${m('held', 'home')}`, `/data/address=${m('held', 'oldhome')}`)

// ---- who may see what

// The relation of everybody to every case: - none, P public, O offered, C has claimed (what is personal opened), A its
// resident, H its office, S supervisor or the role it is kept to.
const people = ['nobody', 'stranger', 'holder', 'phone', 'li', 'qian', 'wang', 'zhao', 'boss', 'root', 'gu']
const relations = {
  wall: 'P P P P O O H P S S P',
  held: 'P P A A C P H P S S P',
  check: '- - - - - - H - S S -',
  other: '- A - - - - - H S S -',
  gone: '- - - - - - H - S S -',
  done: 'P P P P P O H P S S P',
  kept: '- - - - - - - - - - S',
  photo: 'P P P P O O H P S S P'
}
const relation = (of, who) => relations[of].split(' ')[people.indexOf(who)]
const sees = { public: 'POCAHS', office: 'OCAHS', personal: 'CAHS', old: 'AHS', sensitive: '' }
// Pages of one case may show it; beside them these pages that list several show …
const lists = {
  public: /./,
  office: /^\/services\/marked\/(wall|sheet|table)|^\/tasks$/,
  personal: /^\/(search|desk)$|^\/services\/marked\/(table|sheet)$|^\/services\/marked\/new|^\/households\/\d+$/
}
const markers = [] // { text, of, class, name }
const classes = { pub: 'public', off: 'office', name: 'personal', phone: 'personal', address: 'personal', story: 'personal', number: 'sensitive' }
for (const of of Object.keys(phones)) for (const [field, text] of Object.entries(answers(of))) markers.push({ text, of, class: classes[field], name: `${of}.${field}` })
for (const of of ['wall', 'held', 'gone', 'done', 'kept'])
  markers.push({ text: m(of, 'remark'), of, class: 'office', name: `${of}.remark` }, { text: m(of, 'secret'), of, class: 'sensitive', name: `${of}.secret` })
for (const [of, what, kind] of [['held', 'note', 'personal'], ['held', 'urged', 'personal'], ['held', 'oldstory', 'old'], ['held', 'oldhome', 'old'], ['gone', 'reason', 'personal'],
  ['done', 'words', 'personal'], ['done', 'thanks', 'personal']]) markers.push({ text: m(of, what), of, class: kind, name: `${of}.${what}` })
markers.push({ text: 'ZmphotoExifq', of: 'photo', class: 'sensitive', name: 'photo.exif' })

// What belongs to no case: who sees it, on which pages. One's own name stands on every page.
const accountPages = /^\/(admin|cases|tasks|registers)\b|^\/services\/marked\/(sheet|table)/
const staff = ['wang', 'zhao', 'boss', 'root']
const others = [
  ...['Wang', 'Zhao', 'Li', 'Qian', 'Boss', 'Root', 'Gu'].map((n) => ({ text: `Zmaccount${n}q`, own: n.toLowerCase(),
    may: (who, page) => accountPages.test(page) ? [...staff, 'gu'].includes(who) : page === '/account' && (staff.includes(who) || (who === 'gu' && n === 'Wang')) })), // to delegate: members within their unit
  { text: 'zmwangq@example.org', who: ['root'], where: /^\/admin/ },
  { text: 'zmliq@example.org', who: ['root'], where: /^\/admin/ },
  { text: 'ZmnickHeldq', who: ['wang', 'boss', 'root'], where: /^\/activities\/\d+/ },
  { text: 'ZmthingLabelq', who: people, where: /^\/registers/ },
  { text: 'ZmthingOpenq', who: people, where: /^\/registers/ },
  { text: 'ZmthingInsideq', who: staff, where: /^\/registers/ },
  { text: 'ZmthingWasq', who: staff, where: /^\/registers\/marked\/things\/\d+/ },
  { text: 'ZmthingOwnq', who: ['wang', 'boss', 'root'], where: /^\/registers\/marked\/things\/\d+/ },
  { text: 'ZmthingKeeperq', who: ['wang', 'boss', 'root'], where: /^\/registers\/marked\/things\/\d+/ },
  { text: '04347790001', who: ['wang', 'boss', 'root'], where: /^\/registers\/marked\/things\/\d+/ },
  { text: 'ZmdraftStoryq', who: people, where: /^\/services\/marked\/new\/[\w-]+/ }, // whoever has the draft's key, as with a case's link
  { text: 'ZmtaskDraftq', who: ['li', 'wang', 'boss', 'root', 'holder', 'phone'], where: /^\/tasks\/\d+\/[\w-]+/ } // the key, and the task
]

// ---- the walk

const folder = makeFolder('leak', scene)
const sink = await gateway()
const server = await Server.start(folder, ['--clock', '2026-09-07T10:00:00+08:00', '--webhook', sink.address, '--allow-private-addresses'])
const number = Object.fromEntries(ask(folder, "select a.value, c.reference from answer a join cases c on c.id = a.case_id where a.path = '/data/pub'").map(([pub, ref]) => [pub.match(/^Zm(\w+)pubq$/)[1], ref]))
const caseOf = () => Object.fromEntries(Object.entries(number).map(([of, ref]) => [ref, of]))

async function signedIn(login, language) {
  const who = server.person(language)
  const answer = await who.send('/sign-in', { login, password: '一个很长很长的密码' }, '/sign-in')
  check(answer.status === 303, `${login} signs in: ${answer.status}`)
  return who
}
// The link of a slip, which only the office and the resident can read.
const linkOf = async (office, of) => (await office.get(`/cases/${number[of]}/receipt`)).text.match(/\/c\/\d+\/[\w-]+/)?.[0]

async function everybody(language) {
  const who = { nobody: server.person(language) }
  for (const login of ['li', 'qian', 'wang', 'zhao', 'boss', 'root', 'gu']) who[login] = await signedIn(login, language)
  for (const [name, office, of] of [['stranger', 'zhao', 'other'], ['holder', 'wang', 'held']]) {
    who[name] = server.person(language)
    const followed = await who[name].get(await linkOf(who[office], of))
    check(followed.status === 303 && !/[\w-]{20}/.test(followed.headers.location), `${name} follows the link to an address without the secret: ${followed.headers.location}`)
  }
  who.phone = server.person(language)
  const before = sink.posts.length
  await who.phone.send('/mine', { phone: phones.held }, '/mine')
  for (let i = 0; i < 100 && sink.posts.length === before; i++) await sleep(100)
  const code = sink.posts.at(-1)?.text?.match(/\d{6}/)?.[0]
  const entered = await who.phone.send('/mine', { phone: phones.held, code }, '/mine')
  check(entered.status === 303, `the code opens one's own cases: ${entered.status}`)
  return who
}

const bare = (address) => address.replace(/[?#].*/, '')
const decoded = (text) => text.replace(/%([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
const textOf = (answer) => JSON.stringify(answer.headers) + decoded(JSON.stringify(answer.headers)) +
  (/spreadsheetml/.test(answer.headers['content-type']) ? unzip(answer.bytes) : answer.bytes.toString('latin1'))
const linksOf = (html) => [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map((l) => l[1].replace(/&amp;/g, '&')).filter((l) => !/^\/(static|c)\//.test(l) && !/[?&](lang|text)=/.test(l))

// May this marker stand on that page? The words of what is wrong, or nothing.
function wrong(marker, who, address) {
  const page = bare(address), cases = caseOf()
  if (marker.own === who) return
  if (marker.may) return marker.may(who, page) ? undefined : 'may not'
  if (!marker.of) return marker.who.includes(who) && marker.where.test(page) ? undefined : 'may not'
  if (!sees[marker.class].includes(relation(marker.of, who))) return `is ${relation(marker.of, who)} of it`
  const ref = page.match(/^\/cases\/(\d+)/)?.[1], task = page.match(/^\/tasks\/(\d+)/)?.[1]
  const about = ref ? cases[ref] : task ? taskCase[task] : undefined
  if (about === marker.of) return
  if (about) return marker.class === 'public' || marker.name.endsWith('.name') ? undefined : `on a page of ${about}` // look-alikes
  return lists[marker.class]?.test(page) ? undefined : 'on a list'
}

let taskCase = {}
const reported = new Set()
let pages = 0
const seen = new Set() // "who case-page marker": what must be there

async function walk(who, person, more) {
  const values = standing(folder)
  values.view = () => ['wall', 'sheet', 'table']
  values.report = () => ['outcomes', 'months', 'offices', 'claims', 'ratings']
  values.paper = () => ['slip']
  values.draft = ({ id }) => id ? [taskDraft] : [draft]
  values.secret = () => []
  const queue = [...routes().filter((r) => r.method === 'GET').flatMap((r) => addresses(r.pattern, values)), ...more]
  const asked = new Set(queue)
  for (let address; (address = queue.shift());) {
    const answer = await person.get(address)
    pages++
    check([200, 303, 401, 403, 404, 410].includes(answer.status), `${who} ${address}: ${answer.status}`)
    const text = textOf(answer)
    for (const marker of [...markers, ...others]) {
      if (!text.includes(marker.text)) continue
      seen.add(`${who} ${bare(address)} ${marker.text}`)
      const why = wrong(marker, who, address)
      if (why && !reported.has(`${who} ${bare(address)} ${marker.text}`)) {
        reported.add(`${who} ${bare(address)} ${marker.text}`)
        check(false, `${who} finds ${marker.name ?? marker.text} at ${address}: ${why}`)
      }
    }
    if (/html/.test(answer.headers['content-type'] ?? '')) for (const link of linksOf(answer.text)) if (!asked.has(link) && asked.size < 3000) asked.add(link), queue.push(link)
  }
}

// A resident writes with a photo; another leaves a draft; the office passes the first; a member leaves a draft in a task.
const resident = server.person()
const filled = { ...answers('photo'), office: ask(folder, "select id from organisation where name = '南湖社区'")[0][0], living: 'Zmliving2q' }
const send = async (who, address, fields, page) => who.ask('POST', address, ...Object.values(multipart({ ...(await who.form(page ?? address)), ...fields })))
const opened = await send(resident, '/services/marked/new?page=all', { ...filled, photo: { filename: 'ZmphotoExifq.jpg', bytes: photo('ZmphotoExifq') }, _go: 'send', _page: 'all' }, '/services/marked/new')
number.photo = opened.headers.location?.match(/\d{6,}/)?.[0]
check(opened.status === 303 && number.photo, `the wish with a photo is opened: ${opened.status} ${opened.headers.location}`)
const kept = await send(server.person(), '/services/marked/new?page=all', { ...filled, pub: '', story: 'ZmdraftStoryq', name: '', phone: '', address: '', off: '', number: '', _go: 'send', _page: 'all' }, '/services/marked/new')
const draft = kept.headers.location?.match(/new\/([\w-]+)/)?.[1]
check(draft, `a draft is kept: ${kept.status} ${kept.headers.location}`)
const first = { wang: await signedIn('wang'), li: await signedIn('li') }
const taskOf = (of, element) => ask(folder, `select t.id from task t join cases c on c.id = t.case_id where c.reference = '${number[of]}' and t.element = '${element}'`)[0][0]
const checkTask = taskOf('photo', 'check')
const passed = await send(first.wang, `/tasks/${checkTask}?page=all`, { outcome: 'approve', remark: '', secret: '', _go: 'send', _page: 'all' }, `/tasks/${checkTask}`)
check(passed.status === 303, `the office passes it: ${passed.status}`)
const started = await send(first.li, `/tasks/${taskOf('held', 'visit')}?page=all`, { words: 'ZmtaskDraftq', _go: 'check', _page: 'all' }, `/tasks/${taskOf('held', 'visit')}`)
const taskDraft = started.headers.location?.match(/tasks\/\d+\/([\w-]+)/)?.[1]
check(taskDraft, `the task's draft is kept: ${started.status} ${started.headers.location}`)

const places = ask(folder, "select c.reference, a.submission, a.path from answer a join cases c on c.id = a.case_id where a.type = 'binary' or a.class in ('personal', 'sensitive')")
const more = places.flatMap(([ref, s, p]) => [`/cases/${ref}/photo?s=${s}&p=${p}&full=1`, `/cases/${ref}/photo?s=${s}&p=${p}`, `/cases/${ref}/amend?s=${s}&p=${p}`])
for (const q of ['Zm', 'zm']) more.push(`/search?q=${q}`)
more.push('/registers/marked/things?as=csv', '/registers/marked/things?as=xlsx', '/figures/marked/outcomes?as=xlsx', '/tasks?list=mine', '/tasks?list=office', '/tasks?list=overdue', '/services/marked/wall?s=done')
taskCase = Object.fromEntries(ask(folder, 'select t.id, c.reference from task t join cases c on c.id = t.case_id').map(([t, ref]) => [t, caseOf()[ref]]))

for (const language of long ? ['zh', 'en'] : ['zh']) {
  if (language === 'en') await sleep(61000) // one code a minute
  const who = await everybody(language)
  for (const name of people) await walk(name, who[name], more)
  // What the tables say is seen is there: on the case's own page.
  for (const marker of markers) {
    if (/photo.exif/.test(marker.name)) continue
    for (const name of people)
      if (sees[marker.class].includes(relation(marker.of, name))) check(seen.has(`${name} /cases/${number[marker.of]} ${marker.text}`), `${name} does not find ${marker.name} on its page`)
  }
  for (const name of people) {
    const status = (await who[name].get(`/cases/${number.kept}`)).status
    check((status === 200) === (name === 'gu'), `${name} at the restricted case: ${status}`)
    // Nobody learns by asking whether somebody, or something, is there.
    for (const [what, found] of [['Open', true], ['Inside', false], ['Own', false], ['Keeper', false]])
      check((await who[name].get(`/registers/marked/things?q=Zmthing${what}`)).text.includes('ZmthingLabelq') === found, `${name} searches a register by ${what}`)
    // A photo goes to those who see the answer, without what the camera wrote into it.
    const [ref, s, p] = places.find(([r, , path]) => r === number.photo && path === '/data/photo')
    const picture = await who[name].get(`/cases/${ref}/photo?s=${s}&p=${p}`)
    check((picture.status === 200) === 'CAHS'.includes(relation('photo', name)), `${name} asks for the photo: ${picture.status}`)
    // Shown once to a handler, and noted.
    const masked = ask(folder, `select a.submission from answer a join cases c on c.id = a.case_id where c.reference = '${number.held}' and a.path = '/data/number'`)[0][0]
    const revealed = await who[name].send(`/cases/${number.held}/reveal`, { s: masked, p: '/data/number' }, '/sign-in')
    check(revealed.text.includes(m('held', 'number')) === 'HS'.includes(relation('held', name)), `${name} asks for a masked value: ${revealed.status}`)
    const note = ask(folder, `select count(*) from history h join cases c on c.id = h.case_id where c.reference = '${number.held}' and h.kind = 'revealed'`)[0][0]
    if ('HS'.includes(relation('held', name))) check(Number(note) > 0, `a look of ${name} is noted`)
  }
}
check(pages > 1000, `only ${pages} pages were asked for`)
await server.stop()
sink.close()

// ---- beside the pages

const personal = [...markers.filter((x) => x.class !== 'public' && x.class !== 'office'), ...others.filter((o) => /Own|Keeper|draft|Nick|0434779|zm\w+q@/i.test(o.text))]
const within = (text, list, where) => list.forEach((x) => check(!text.includes(x.text), `${x.name ?? x.text} stands in ${where}`))
within(server.log, [...markers, ...others], 'the log')
check(server.log.includes('/cases/{ref}'), 'the log has lines of requests')
for (const post of sink.posts) within(JSON.stringify({ ...post, to: '' }), [...markers, ...others], 'a message out')
for (const post of sink.posts) check(Object.values(phones).includes(post.to), `a message goes to ${post.to}`)
const outbox = ask(folder, 'select body from outbox').map(([b]) => b).join('\n')
within(outbox, [...markers, ...others], 'the outbox')
check(outbox.length > 0, 'something was sent')
within(ask(folder, 'select body from journal_entry').map(([b]) => b).join('\n'), personal, 'the journal')
const files = (at) => readdirSync(at).flatMap((f) => statSync(join(at, f)).isDirectory() ? files(join(at, f)) : [join(at, f)])
const sealed = markers.filter((x) => x.class === 'sensitive')
for (const file of files(folder)) within(readFileSync(file).toString('latin1'), /lingban\.db/.test(file) ? sealed : personal, file.slice(folder.length))

// ---- the demo town: nothing personal that anybody ever wrote reaches those outside

if (long) {
  const demo = join(temporary('leak-demo'), 'data')
  execFileSync(program, ['demo', '--data', demo], { stdio: 'pipe' })
  const town = await Server.start(demo, ['--quiet'])
  const rows = ask(demo, `select distinct personal from answer where personal is not null and length(personal) >= 3 union select phone from party where length(phone) > 5 union select mail from party
    where mail <> '' union select address from party where length(address) > 3 union select note from history where length(note) > 3 union select old_personal from amendment where length(old_personal) > 3`)
  const open = ask(demo, "select value from answer where value is not null union select title from cases union select name from organisation union select label from entity union select value from entity_value where value is not null").map(([v]) => v).join('\n')
  const values = rows.map(([v]) => v).filter((v) => !open.includes(v) && !v.startsWith('blob:') && !/^[\d-]{1,8}$/.test(v))
  // A short word of Latin letters (a login) is looked for as a word: "lin" is in every "link", and in the marks of a workbook's colours (a:lin).
  const shows = values.map((v) => [v, /^[\w.-]{1,7}$/.test(v) ? new RegExp(`(?<![\\w:-])${v.replaceAll('.', '\\.')}(?![\\w-])`) : null])
  check(values.length > 30, `the demo town has ${values.length} personal values`)
  const nobody = town.person()
  const queue = ['/', ...routes().filter((r) => r.method === 'GET').flatMap((r) => addresses(r.pattern, { ...standing(demo), view: () => ['wall', 'table', 'sheet', 'deliveries'], report: () => ['months'], paper: () => ['slip'], draft: () => [], secret: () => [] }))]
  const asked = new Set(queue)
  for (let address; (address = queue.shift());) {
    const answer = await nobody.get(address)
    const text = textOf(answer) + answer.text
    const found = shows.filter(([v, word]) => (word ? word.test(text) : text.includes(v))).map(([v]) => v)
    if (found.length) check(false, `nobody finds ${found.length} personal values at ${address}: ${found[0]}`)
    if (/html/.test(answer.headers['content-type'] ?? '')) for (const link of linksOf(answer.text)) if (!asked.has(link) && asked.size < 5000) asked.add(link), queue.push(link)
  }
  check(asked.size > 300, `only ${asked.size} addresses of the demo town`)
  await town.stop()
}
console.log(`${pages} pages asked for by ${people.length} kinds of people (${build.split('/').pop()})`)
total()
