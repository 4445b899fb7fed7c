// photo.test.mjs: a photo from the upload to its end, over HTTP: it is shown to those who may see the case and to nobody
// else, its key stands nowhere in the clear, `verify` names it when its file is altered or lost, a backup brings it back,
// and after the erasure it is gone: from the page, from the disk, for the holder of the backup too.
import { Server, ask, check, makeFolder, root, run, sleep, temporary, total } from './server.mjs'
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const jpeg = readFileSync(join(root, 'tests/scenes/lamp.jpg'))
const folder = makeFolder('photo', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\naccount root admin at city\n')
const home = temporary('photo-files')
const clock = join(home, 'clock')
const setClock = (text) => writeFileSync(clock, `${text}\n`)
setClock('2026-09-07T10:00:00+08:00')
const start = () => Server.start(folder, ['--demo', '--clock-file', clock])
const media = (at = folder) => readdirSync(join(at, 'media'), { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath ?? f.path, f.name))

// One request as a browser sends a form with a file.
function multipart(fields, file) {
  const line = 'lingban-test-line', pieces = []
  for (const [name, value] of Object.entries(fields)) pieces.push(`--${line}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  if (file) pieces.push(`--${line}\r\nContent-Disposition: form-data; name="${file.field}"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`, file.bytes, '\r\n')
  pieces.push(`--${line}--\r\n`)
  return { body: Buffer.concat(pieces.map((p) => Buffer.from(p))), headers: { 'Content-Type': `multipart/form-data; boundary=${line}` } }
}
const wish = (name, phone) => ({
  _page: 'all', _channel: 'desk', 'who/filled_by': 'self', 'who/name': name, 'who/phone': phone, 'who/age': '80s', 'where/office': '2', 'where/building': '南湖小区 5 号楼',
  'where/room': '102', 'item[1]/category': 'repair', 'item[1]/what': '修灯', 'item[1]/quantity': '1', 'item[1]/unit': '盏', 'item[1]/value_yuan': '0', 'agree/consent': 'OK', 'who/living': '', 'story/why': '', 'story/photo': ''
})
async function post(who, path, page, fields, file) {
  const { body, headers } = multipart({ ...(await who.form(page)), ...fields }, file)
  return who.ask('POST', path, body, headers)
}
async function within(seconds, what, test) {
  for (let i = 0; i < seconds * 20; i++) {
    if (test()) return check(true, what)
    await sleep(50)
  }
  return check(false, what)
}

let server = await start()
const wang = await server.enter(1)
const page = '/services/wish/new?page=all&channel=desk'
// The photo raises a question of its own (may it be shown?): kept as a draft, answered, sent.
const first = await post(wang, page, page, { ...wish('周某', '04340000002'), _go: 'stay' }, { field: 'story/photo', bytes: jpeg })
check(first.status === 303, `the draft is kept: ${first.status}`)
const draft = first.headers.location.split('?')[0]
check(ask(folder, 'select count(*) from local_upload')[0][0] === '1', 'the upload waits')
const keptKey = ask(folder, 'select lower(hex(key)) from local_upload')[0][0]
const sent = await post(wang, `${draft}?page=all&channel=desk`, `${draft}?page=all&channel=desk`, { ...wish('周某', '04340000002'), 'story/photo_public': 'no', _go: 'send' })
check(/receipt$/.test(sent.headers.location || ''), `sent: ${sent.status} ${sent.headers.location}`)
const address = sent.headers.location.replace('/receipt', '')
check(ask(folder, 'select count(*) from local_upload')[0][0] === '0', 'and belongs to the case now')
check(ask(folder, 'select count(*) from attachment where sealed_key is not null')[0][0] === '1', 'as a row of attachment')
const answer = ask(folder, "select personal from answer where path = '/data/story/photo'")[0][0]
check(/^attachment:[0-9a-f]{64}$/.test(answer), `the answer holds the address alone: ${answer}`)
check(keptKey.length === 64 && ask(folder, `select count(*) from journal_entry where instr(cast(body as text), '${keptKey}')`)[0][0] === '0', 'the key is in no entry of the journal')
const database = readFileSync(join(folder, 'lingban.db')).toString('latin1') + readFileSync(join(folder, 'lingban.db-wal')).toString('latin1')
check(!database.includes(keptKey), 'nor anywhere in the database as text')

// Shown, small and whole; to nobody else.
const html = (await wang.get(address)).text
const picture = html.match(/src="([^"]*\/photo\?[^"]*)"/)?.[1].replace(/&amp;/g, '&')
check(picture && /loading="lazy"/.test(html), 'the case page shows it, lazily')
const small = await wang.get(picture), whole = await wang.get(`${picture}&full=1`)
check(small.status === 200 && small.headers['content-type'] === 'image/jpeg' && small.bytes.length <= 40 * 1024, `thumbnail: ${small.status}, ${small.bytes.length} bytes`)
check(whole.status === 200 && whole.bytes[0] === 0xff && whole.bytes[1] === 0xd8, 'whole photo')
check((await server.person().get(picture)).status === 404, 'nobody: 404')
check((await (await server.enter(2)).get(picture)).status === 404, 'staff of another office: 404')

// Another case that names the same address by hand gets nothing.
const forged = await post(wang, page, page, { ...wish('吴某', '04340000003'), 'story/photo': answer, 'story/photo_public': 'no', _alike: '1', _go: 'send' })
check(/receipt$/.test(forged.headers.location || ''), `the forged wish is taken: ${forged.status} ${forged.headers.location}`)
const other = (forged.headers.location || '').replace('/receipt', '')
const forgedPicture = (await wang.get(other)).text.match(/src="([^"]*\/photo\?[^"]*)"/)?.[1].replace(/&amp;/g, '&')
check(!forgedPicture || (await wang.get(forgedPicture)).status === 404, 'an address copied from another case shows nothing')

// An upload that nobody sends lapses with its draft.
await post(wang, page, page, { ...wish('郑某', '04340000004'), _go: 'stay' }, { field: 'story/photo', bytes: jpeg })
check(media().length === 4, `four files: ${media().length}`)
setClock('2026-09-15T12:00:00+08:00')
await within(10, 'the upload and its files lapse', () => media().length === 2 && ask(folder, 'select count(*) from local_upload')[0][0] === '0')

// Verify, backup.
const good = run(['verify', '--data', folder])
check(good.status === 0 && /2 attachments/.test(good.out), `verify counts them: ${good.out}${good.err}`)
const zip = join(home, 'before.zip')
const saved = run(['backup', zip, '--data', folder])
check(saved.status === 0, `backup while serving: ${saved.err}`)
const restored = join(home, 'restored')
check(run(['restore', zip, '--data', restored]).status === 0 && media(restored).length === 2, 'a restored folder has the files')
check(/2 attachments/.test(run(['verify', '--data', restored]).out), 'and they verify')
const file = media(restored)[0], bytes = readFileSync(file)
const name = file.split('/').slice(-2).join('')
bytes[bytes.length >> 1] ^= 1
writeFileSync(file, bytes)
const altered = run(['verify', '--data', restored])
check(altered.status === 1 && altered.err.includes(name) && /altered/.test(altered.err), `an altered file is named: ${altered.status} ${altered.out}${altered.err}`)
rmSync(file)
const lost = run(['verify', '--data', restored])
check(lost.status === 1 && lost.err.includes(name) && /missing/.test(lost.err), `a lost file is named: ${lost.status} ${lost.err}`)

// Erased: the page, the disk, the replay; and the backup of before does not bring it back.
const root6 = await server.enter(6)
const applicant = ask(folder, "select applicant from cases where id = (select min(id) from cases)")[0][0]
const erasure = await root6.send('/admin/erase', { party: applicant, reason: '本人要求', sure: '1' }, `/admin/erase?q=${address.split('/').pop()}`)
check(erasure.status === 303, `erased: ${erasure.status}`)
check((await wang.get(picture)).status === 404, 'the photo is 404')
check(!/\/photo\?/.test((await wang.get(address)).text), 'and no page points to it')
check(media().length === 0, 'its files are gone')
check(ask(folder, 'select count(*) from attachment where sealed_key is not null')[0][0] === '0', 'and its key')
await server.stop()
const replayed = run(['replay', '--verify', '--recompute', '--data', folder])
check(replayed.status === 0, `replay: ${replayed.out}${replayed.err}`)
check(/ 0 attachments/.test(run(['verify', '--data', folder]).out), 'verify counts none')
const again = run(['restore', zip, '--data', folder])
check(again.status === 0 && /2 erasures|erasure/.test(again.out), `restored: ${again.out}${again.err}`)
check(media().length === 0, `the backup of before brings no file back: ${media().length}`)
const after = run(['verify', '--data', folder])
check(after.status === 0 && / 0 attachments/.test(after.out), `verify after the restore: ${after.out}${after.err}`)
check(run(['replay', '--verify', '--data', folder]).status === 0, 'and it replays')

// A folder of before the table `attachment`: the answer held the key. `upgrade` takes the photo over.
const old = makeFolder('photo-old', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\n')
server = await Server.start(old, ['--demo'])
const li = await server.enter(1)
await post(li, page, page, { ...wish('冯某', '04340000005'), _go: 'stay' }, { field: 'story/photo', bytes: jpeg })
const [spelled] = ask(old, "select 'blob:' || address || ':' || thumbnail || ':' || lower(hex(key)) from local_upload")[0]
const older = await post(li, page, page, { ...wish('冯某', '04340000005'), 'story/photo': spelled, 'story/photo_public': 'no', _alike: '1', _go: 'send' })
const oldCase = (older.headers.location || '').replace('/receipt', '')
check(!/\/photo\?/.test((await li.get(oldCase)).text), 'an answer of the old form shows no photo')
await server.stop()
ask(old, "delete from local_upload; ")
ask(old, "update local_schema set hash = 'of another version' where name = 'store'")
const refused = run(['verify', '--data', old])
check(refused.status === 1 && /upgrade/.test(refused.err), `an older folder is refused: ${refused.err}`)
const upgraded = run(['upgrade', join(home, 'upgrade.zip'), '--data', old])
check(upgraded.status === 0, `upgrade: ${upgraded.out}${upgraded.err}`)
check(/^attachment:[0-9a-f]{64}$/.test(ask(old, "select personal from answer where path = '/data/story/photo'")[0][0]), 'the answer holds the address alone')
check(/ 2 attachments/.test(run(['verify', '--data', old]).out), 'verify counts its files')
check(run(['replay', '--verify', '--recompute', '--data', old]).status === 0, 'and the folder replays')
server = await Server.start(old, ['--demo'])
const wangAgain = await server.enter(1)
const shown = (await wangAgain.get(oldCase)).text.match(/src="([^"]*\/photo\?[^"]*)"/)?.[1].replace(/&amp;/g, '&')
check(shown && (await wangAgain.get(shown)).status === 200, 'the photo is shown')
await server.stop()

// Public photos are for everybody while the case is public; sensitive ones are masked, and shown once to whoever looks,
// after the look stands in the journal.
const classOf = (name, privacy) => {
  const at = join(home, name)
  cpSync(join(root, 'tests/services/errand'), at, { recursive: true })
  for (const [file, from, to] of [['request.xml', 'type="binary" lingban:privacy="office"', `type="binary" lingban:privacy="${privacy}"`], ['service.yaml', 'id: errand', `id: ${name}`]]) {
    const text = readFileSync(join(at, file), 'utf8')
    check(text.includes(from), `${file} has ${from}`)
    writeFileSync(join(at, file), text.replaceAll(from, to))
  }
  return at
}
const asks = (name) => `upload p-${name} tests/scenes/lamp.jpg at /data/photo\nopen ${name} ${name} by wang at nanhu /data/name=孙某 /data/item[1]/what=买米 /data/consent=yes $p-${name}\n`
const classes = makeFolder('photo-classes', `clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\ndeploy ${classOf('open-errand', 'public')}\ndeploy ${classOf('close-errand', 'sensitive')}\n` +
  `${asks('open-errand')}${asks('close-errand')}complete open-errand check by wang /data/outcome=approve\ncomplete close-errand check by wang /data/outcome=approve\n`)
check(ask(classes, "select value from variable where value like '%attachment:%'").length > 0, 'what is public is a variable by its address alone')
server = await Server.start(classes, ['--demo', '--clock-file', clock])
setClock('2026-09-07T10:00:00+08:00')
const [open, close] = ask(classes, 'select reference from cases order by id').map((r) => r[0])
const clerk = await server.enter(1), chief = await server.enter(5), anybody = server.person()
const path = (ref) => `/cases/${ref}/photo?s=${ask(classes, `select submission from answer a join cases c on c.id = a.case_id where c.reference = '${ref}' and path = '/data/photo'`)[0][0]}&p=%2Fdata%2Fphoto`
check((await anybody.get(path(open))).status === 200, 'a public photo is for everybody')
check(/photo\?/.test((await anybody.get(`/cases/${open}`)).text), 'and on the public page')
for (const who of [anybody, clerk]) check((await who.get(path(close))).status === 404, 'a sensitive one is for nobody at first')
const masked = (await clerk.get(`/cases/${close}`)).text
check(!/photo\?/.test(masked) && /\/reveal"/.test(masked), 'its page has a mask and a way to look')
const looked = await clerk.send(`/cases/${close}/reveal`, { s: path(close).match(/s=(\d+)/)[1], p: '/data/photo' }, `/cases/${close}`)
const look = looked.text.match(/src="([^"]*look=[^"]*)"/)?.[1].replace(/&amp;/g, '&')
check(look && !looked.text.includes('attachment:'), 'whoever looks gets the picture, and no address of it')
check((await clerk.get(look)).status === 200, 'it is shown')
check(ask(classes, "select count(*) from history where kind = 'revealed'")[0][0] === '1', 'and the look is in the history')
for (const [who, what] of [[chief, 'another account'], [anybody, 'nobody']]) check((await who.get(look)).status === 404, `the same address for ${what}`)
check((await clerk.get(look.slice(0, -2) + 'zz')).status === 404, 'another proof')
setClock('2026-09-07T10:03:00+08:00')
await sleep(1500)
check((await clerk.get(look)).status === 404, 'three minutes later')
await clerk.send(`/cases/${open}/do/withdraw`, { text: '不需要了' }, `/cases/${open}`)
check((await anybody.get(path(open))).status === 404 && (await clerk.get(path(open))).status === 200, 'withdrawn: gone for the public at once, kept for the office')
await server.stop()
const classesReplayed = run(['replay', '--verify', '--recompute', '--data', classes])
check(classesReplayed.status === 0, `replay: ${classesReplayed.err}`)
total()
