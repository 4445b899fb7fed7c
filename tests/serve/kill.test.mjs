// kill.test.mjs: the server is killed (SIGKILL) at a random moment under 64 writers, again and again on one folder.
// Whoever was told a reference finds the case afterwards; whoever was told nothing sends the same again and has one
// case, not two; `verify` and `replay --verify --recompute` agree. LINGBAN_ROUNDS: 20.
// LINGBAN_LONG: that on five folders, one after the other: each round verifies all that was written so far, and 200
// rounds on one folder did not end within half an hour.
import { Server, ask, check, long, makeFolder, plain, run, sleep, total } from './server.mjs'

const CLIENTS = 64
const ROUNDS = Number(process.env.LINGBAN_ROUNDS || 20)
const FOLDERS = long ? 5 : 1

async function killAndAsk() {
  const folder = makeFolder('kill', `deploy tests/services/errand
organisation city city "四平市"
organisation nanhu community "南湖社区" under city
account wang staff at nanhu
`)

  const told = new Map()   // reference → the name in it
  const written = []       // [reference, note] that was acknowledged
  const pending = []       // forms that were sent and not answered: sent again after the restart
  const unsaid = []        // and notes: [reference, note, key]
  let sent = 0

  async function open(who, form, fields) {
    const answer = await who.post('/services/errand/new?page=all&channel=desk', { ...form, ...fields })
    if (answer.status === 303) {
      const reference = answer.headers.location.match(/\/cases\/(\d+)\/receipt/)?.[1]
      if (check(reference, `opened, but sent to ${answer.headers.location}`)) told.set(reference, fields.name)
      return reference
    }
    if (answer.status === 0) pending.push(fields)
    else check(false, `a good request got ${answer.status}: ${plain(answer.text).slice(-200)}`)
    return undefined
  }

  const fresh = () => ({
    name: `写者${++sent}`, phone: '', address: '', photo: '', consent: 'yes', _go: 'send', _page: 'all', _channel: 'phone',
    _once: sent.toString(16).padStart(32, '0')
  })

  async function say(who, form, reference, note, key) {
    const answer = await who.post(`/cases/${reference}/do/note`, { _token: form._token, _once: key, text: note })
    if (answer.status === 303) written.push([reference, note])
    else if (answer.status === 0) unsaid.push([reference, note, key])
    else check(false, `a good note got ${answer.status}: ${plain(answer.text).slice(-200)}`)
  }

  const sendAgain = (who, form) => Promise.all([...pending.splice(0).map((fields) => open(who, form, fields)),
    ...unsaid.splice(0).map(([reference, note, key]) => say(who, form, reference, note, key))])

  async function write(who, form, going) {
    while (going.on) {
      const reference = await open(who, form, fresh())
      if (!reference || Math.random() < 0.7) continue
      const note = `记录${Math.random().toString(36).slice(2)}`
      await say(who, form, reference, note, Math.random().toString(16).slice(2).padEnd(32, '0'))
    }
  }

  let kept = 0
  let killed = 0
  for (let round = 1; round <= ROUNDS; round++) {
    const server = await Server.start(folder, ['--demo', '--quiet'])
    const who = await server.enter(1)
    const form = await who.form('/services/errand/new')
    delete form._once
    await sendAgain(who, form)
    const writers = []
    const going = { on: true }
    for (let i = 0; i < CLIENTS; i++) {
      const writer = server.person()
      writer.cookies = who.cookies
      writers.push(write(writer, form, going))
    }
    await sleep(60 + Math.random() * 400)
    const { signal } = await server.kill()
    if (signal === 'SIGKILL') killed++
    going.on = false
    await Promise.all(writers)
    const verified = run(['verify', '--data', folder])
    check(verified.status === 0, `round ${round}: verify: ${verified.out}${verified.err}`)
    const there = new Set(ask(folder, 'select reference from cases').map((r) => r[0]))
    const missing = [...told.keys()].filter((r) => !there.has(r))
    check(missing.length === 0, `round ${round}: ${missing.length} of ${told.size} acknowledged cases are missing`)
    const said = ask(folder, "select note from history where note is not null").map((r) => r[0])
    const notes = new Set(said)
    check(said.length === notes.size, `round ${round}: ${said.length - notes.size} notes are there twice`)
    const lost = written.filter(([, note]) => !notes.has(note))
    check(lost.length === 0, `round ${round}: ${lost.length} of ${written.length} acknowledged notes are missing`)
    kept = told.size
  }
  check(killed === ROUNDS, `${killed} of ${ROUNDS} servers were killed while they ran`)
  check(kept > ROUNDS * 10, `only ${kept} cases in ${ROUNDS} rounds`)

  // At the end everybody has sent until answered: as many cases as requests, each once.
  const server = await Server.start(folder, ['--demo', '--quiet'])
  const who = await server.enter(1)
  const form = await who.form('/services/errand/new')
  await sendAgain(who, form)
  const remembered = ask(folder, "select note from history where note is not null").map((r) => r[0])
  check(unsaid.length === 0 && remembered.length === written.length && new Set(remembered).size === written.length, `${written.length} notes acknowledged, ${remembered.length} there, ${unsaid.length} never`)
  const [[cases, names]] = ask(folder, "select count(*), count(distinct personal) from answer where path = '/data/name'")
  check(Number(cases) === told.size && Number(names) === told.size && told.size === sent, `${sent} requests, ${told.size} references, ${cases} cases, ${names} names`)
  await server.stop()
  const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
  check(replayed.status === 0, `replay: ${replayed.out}${replayed.err}`)
  console.log(`${ROUNDS} rounds, ${told.size} cases and ${written.length} notes acknowledged`)
}

for (let i = 0; i < FOLDERS; i++) await killAndAsk()
total()
