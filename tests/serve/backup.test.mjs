// backup.test.mjs: a backup taken from the administration's page of a folder with some weight, by a server with one
// thread: pages are answered and commands committed while it is in the making; what is taken away holds what had been
// committed before it began, verifies, and is the administrator's alone.
import { Server, ask, check, makeFolder, run, sleep, temporary, total } from './server.mjs'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = makeFolder('backup', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\naccount root admin at city\nopen w wish by wang $zhou $lamp\ncomplete w check by wang /data/outcome=approve\n')
// Weight: sealed files as uploads would leave them (their content does not matter to a backup).
for (let i = 0; i < 40; i++) {
  const name = randomBytes(32).toString('hex'), below = join(folder, 'media', name.slice(0, 2))
  mkdirSync(below, { recursive: true })
  writeFileSync(join(below, name.slice(2)), randomBytes(2 << 20))
}
const home = temporary('backup-zip')
const server = await Server.start(folder, ['--demo', '--threads', '1'])
const root = await server.enter(6), wang = await server.enter(1)
const page = async () => {
  const { status, text } = await root.get('/admin/journal')
  return { status, running: /in the making|正在进行/.test(text), ready: /href="\/admin\/backup"/.test(text), text }
}

check((await root.get('/admin/backup')).status === 404, 'nothing to take away yet')
check((await wang.send('/admin/backup', {}, '/tasks')).status === 403, 'staff may not make one')
check(!(await page()).running, 'and nothing is in the making')
const began = await root.send('/admin/backup', {}, '/admin/journal')
check(began.status === 303, `begun: ${began.status}`)
const address = `/cases/${ask(folder, 'select reference from cases')[0][0]}`
let pages = 0, commits = 0, twice = null, state
do {
  state = await page()
  if (!state.running) break
  pages++
  const note = await wang.send(`${address}/do/note`, { text: `while it is made, ${pages}` }, address)
  const done = note.status === 303
  const still = await page()
  if (done && still.running) commits++
  twice ??= await root.send('/admin/backup', {}, '/admin/people')
  if ((await server.person().get('/services/wish/wall')).status !== 200) check(false, 'the wall is not answered')
} while (state.running)
check(pages > 0, `pages were answered while it was made: ${pages}`)
check(commits > 0, `commands were committed while it was made: ${commits}`)
check(twice?.status === 303, 'asked a second time it is the same one')
for (let i = 0; i < 400 && !(state = await page()).ready; i++) await sleep(50)
check(state.ready, `ready: ${state.text.replace(/<[^>]*>/g, ' ').slice(0, 300)}`)

check((await wang.get('/admin/backup')).status === 403 && (await server.person().get('/admin/backup')).status !== 200, 'nobody else can take it')
const taken = await root.get('/admin/backup')
check(taken.status === 200 && taken.headers['content-type'] === 'application/zip' && taken.bytes.length > 40 * (2 << 20), `taken away: ${taken.status}, ${taken.bytes.length} bytes`)
const zip = join(home, 'b.zip'), restored = join(home, 'restored')
writeFileSync(zip, taken.bytes)
const back = run(['restore', zip, '--data', restored])
check(back.status === 0, `restored: ${back.err}`)
check(run(['verify', '--data', restored]).status === 0 && run(['replay', '--verify', '--data', restored]).status === 0, 'it verifies and replays')
check(ask(restored, 'select count(*) from cases')[0][0] === '1', 'the case is in it')

// A second one takes the place of the first; what waits is gone when the house closes, also after a kill.
check((await root.send('/admin/backup', {}, '/admin/journal')).status === 303, 'a second one')
for (let i = 0; i < 400 && !(await page()).ready; i++) await sleep(50)
const waits = () => readdirSync(folder).filter((f) => f.startsWith('backup-'))
check(waits().length === 1, `one file waits: ${waits()}`)
await server.stop()
check(waits().length === 0, 'it is gone with the server')
writeFileSync(join(folder, 'backup-to-take-away.zip'), 'left by a killed server')
const again = await Server.start(folder, [])
check(!existsSync(join(folder, 'backup-to-take-away.zip')), 'what a killed server left is removed')
await again.stop()

// Closing does not wait for a backup in the making: it gives up and leaves nothing.
const last = await Server.start(folder, ['--demo'])
const closing = await last.enter(6)
check((await closing.send('/admin/backup', {}, '/admin/journal')).status === 303, 'a last one')
check((await last.stop()).code === 0, 'the house closes')
check(waits().length === 0, `and nothing lies about: ${waits()}`)
check(run(['verify', '--data', folder]).status === 0, 'the folder is whole')
total()
