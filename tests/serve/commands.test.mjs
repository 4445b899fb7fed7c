// commands.test.mjs: what a command says when it cannot: a wrong option, a missing file, a port in use, a data folder that
// is damaged, newer, nobody's, taken or full. One clear sentence in the language of the terminal on standard error, nothing
// on standard output, a status other than 0, and the data as they were. The table below has a row for each command and
// each mishap. A full disk is a tmpfs in a mount namespace of its own (unshare); where that is not allowed it says so.
import { Server, ask, check, makeFolder, program, temporary, total } from './server.mjs'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'

const home = temporary('commands')
const at = (name) => join(home, name)
const good = makeFolder('commands-data', `deploy tests/services/errand
organisation city city "四平市"
account root admin at city
open a errand by resident /data/name=孙某 /data/item[1]/what=买菜 /data/consent=yes
`)
const backup = at('backup.zip')
check(spawnSync(program, ['backup', '--data', good, backup]).status === 0, 'a backup is made')
writeFileSync(at('text'), 'this is no archive\n')
writeFileSync(at('short-word'), 'kurz\n')
writeFileSync(at('password'), 'ein langes Passwort\n')
mkdirSync(at('service'))
writeFileSync(at('service/service.yaml'), 'id: [\n')
writeFileSync(at('people.csv'), 'login,name,role,organisation\nli,"Li, Wei",staff,四平市\nmo,莫某,member,\n')
writeFileSync(at('faulty.csv'), 'login,name,role,organisation\nfirst,甲,staff,四平市\nB!,乙,staff,\nfirst,丙,king,nowhere\n')
writeFileSync(at('headless.csv'), 'first,甲,staff,四平市\n')
const checked = spawnSync(program, ['service', 'check', at('service')], { encoding: 'utf8' })
check(checked.status === 1 && /service\.yaml:\d+/.test(checked.stderr), `service check names the place: ${checked.stderr}`)

// Folders with something wrong: a copy of the good one, and then.
function spoiled(name, spoil) {
  cpSync(good, at(name), { recursive: true })
  for (const f of ['lingban.db-wal', 'lingban.db-shm']) rmSync(join(at(name), f), { force: true })
  spoil(at(name))
  return at(name)
}
function write(file, where, bytes) {
  const fd = openSync(file, 'r+')
  writeSync(fd, bytes, 0, bytes.length, where)
  closeSync(fd)
}
const folders = {
  none: at('nowhere'),
  damaged: spoiled('damaged', (f) => write(join(f, 'lingban.db'), 0, Buffer.from('this is no database'))),
  short: spoiled('short', (f) => writeFileSync(join(f, 'lingban.db'), readFileSync(join(f, 'lingban.db')).subarray(0, 5000))),
  newer: spoiled('newer', (f) => write(join(f, 'lingban.db'), 60, Buffer.from([1, 1, 1, 1]))),
  strange: spoiled('strange', (f) => write(join(f, 'lingban.db'), 68, Buffer.from('XXXX'))),
  keyless: spoiled('keyless', (f) => rmSync(join(f, 'keys.db')))
}
const says = {
  none: /There is no data folder here/,
  damaged: /The database is damaged|is damaged/,
  short: /damaged/,
  newer: /made by a newer version/,
  strange: /not made by Lingban/,
  keyless: /keys/
}

// One run; the sentence must be one line that ends like one, in both languages.
function refuses(args, status, words, what, command = [program]) {
  for (const language of ['en', 'zh']) {
    const ran = spawnSync(command[0], [...command.slice(1), ...args], { encoding: 'utf8', timeout: 60000, input: '', env: { ...process.env, LINGBAN_LANG: language } })
    const lines = ran.stderr.split('\n').filter((l) => l)
    const name = `${what ?? args.join(' ')} (${language})`
    check(ran.status === status, `${name}: status ${ran.status ?? ran.signal}: ${ran.stderr.slice(0, 200)}`)
    check(lines.length === 1 && /[.!。！”]$/.test(lines[0]) && !/\{\d\}|\(null\)|assert|Sanitizer/i.test(lines[0]), `${name}: no single sentence: ${JSON.stringify(ran.stderr.slice(0, 300))}`)
    check(ran.stdout === '', `${name}: it says on standard output: ${ran.stdout.slice(0, 100)}`)
    if (language === 'en') check(words.test(ran.stderr) && !/[\u4e00-\u9fff]/.test(ran.stderr.replaceAll(home, '')), `${name}: ${ran.stderr.slice(0, 200)}`)
    else check(/[\u4e00-\u9fff]/.test(ran.stderr), `${name}: not in Chinese: ${ran.stderr.slice(0, 200)}`)
  }
}

// ---- wrong calls and missing files

const commands = ['account', 'backup', 'bpmn', 'demo', 'dmn', 'feel', 'form', 'init', 'replay', 'restore', 'routes', 'serve', 'service', 'upgrade', 'verify', 'version']
const first = { bpmn: ['run'], dmn: ['check'], form: ['fill'], service: ['check'] }
for (const command of commands) refuses([command, ...(first[command] ?? []), '--no-such'], 2, /There is no option --no-such/)
refuses(['no-such'], 2, /There is no command/)
for (const command of ['serve', 'init', 'backup', 'verify', 'upgrade', 'replay', 'account', 'service', 'restore']) refuses([command, '--data'], 2, /needs a value/)
for (const command of ['routes', 'version', 'verify', 'serve', 'init', 'demo', 'replay']) refuses([command, 'word'], 2, /one word too many/)
for (const [args, status, words] of [
  [['backup', '--data', good], 2, /backup's file is missing/],
  [['restore', '--data', at('new')], 2, /backup's file is missing/],
  [['restore', '--data', at('new'), at('nothing.zip')], 1, /no such file/i],
  [['restore', '--data', at('new'), at('text')], 1, /./],
  [['backup', '--data', good, join(at('text'), 'x.zip')], 1, /./],
  [['init', '--data', '/proc/nothing'], 1, /no such file/i],
  [['demo', '--data', '/proc/nothing'], 1, /no such file/i],
  [['init', '--data', join(at('text'), 'data')], 1, /./],
  [['init', '--data', good], 1, /already/],
  [['demo', '--data', good], 1, /already/],
  [['init', '--data', at('new'), '--password-file', at('nothing')], 1, /cannot be read/],
  [['account', 'create', 'newcomer', '--data', good, '--password-file', at('nothing')], 1, /cannot be read/],
  [['account', 'reset', 'nobody', '--data', good], 1, /no account/i],
  [['account', 'create', 'root', '--data', good], 1, /already an account/],
  [['account', 'create', 'newcomer', '--data', good, '--password-file', at('short-word')], 1, /at least 8/],
  [['account', 'import', at('nothing'), '--data', good], 1, /cannot be read/],
  [['account', 'import', at('headless.csv'), '--data', good], 1, /must name the columns/],
  [['account', 'create', 'newcomer', '--role', 'king', '--data', good], 1, /There is no role “king”/],
  [['account', 'frob', 'x', '--data', good], 2, /account --help/],
  [['account'], 2, /account --help/],
  [['service', 'frob', 'x'], 2, /service --help/],
  [['form', 'check'], 2, /form --help/],
  [['bpmn'], 2, /bpmn --help/],
  [['dmn', 'show'], 2, /dmn --help/],
  [['verify', '--data=' + at('nowhere')], 1, /There is no data folder here/],
  [['serve', '--demo=yes'], 2, /There is no option --demo=yes/],
  [['service', 'check', ''], 1, /There is no folder/],
  [['service', 'check', at('text')], 1, /There is no folder/],
  [['service', 'check', at('nothing')], 1, /There is no folder/],
  [['service', 'deploy', at('nothing'), '--data', good], 1, /There is no folder/],
  [['form', 'check', at('nothing')], 1, /cannot be read/],
  [['form', 'fill', at('nothing'), '--answers', '{}'], 1, /cannot be read/],
  [['form', 'convert', at('nothing.xlsx'), at('out.xml')], 1, /cannot be read|no such file/i],
  [['bpmn', 'check', at('nothing')], 1, /cannot be read/],
  [['bpmn', 'svg', at('nothing')], 1, /cannot be read/],
  [['bpmn', 'run', at('nothing'), '--input', at('text')], 1, /cannot be read/],
  [['dmn', 'check', at('nothing')], 1, /cannot be read/],
  [['dmn', 'eval', at('nothing'), '--decision', 'x'], 1, /cannot be read/],
  [['feel', '1', '--context', at('nothing')], 1, /cannot be read/],
  [['serve', '--data', good, '--threads', 'many'], 2, /--threads/],
  [['serve', '--data', good, '--webhook', 'nonsense'], 2, /--webhook takes/],
  [['serve', '--data', good, '--webhook', 'http://127.0.0.1/x'], 2, /--webhook takes/],
  [['serve', '--data', good, '--smtp', 'mail.example.org', '--mail-from', 'a@example.org'], 2, /--smtp takes/],
  [['serve', '--data', good, '--smtp', 'smtp://mail.example.org'], 2, /--mail-from/],
  [['serve', '--data', good, '--mail-from', 'a@example.org'], 2, /--smtp/],
  [['serve', '--data', good, '--smtp', 'smtp://mail.example.org', '--mail-from', 'somebody'], 2, /--mail-from takes/],
  [['serve', '--data', good, '--address', 'town'], 2, /--address takes/],
  [['serve', '--data', good, '--ca-file', at('nothing')], 2, /--ca-file/],
  [['serve', '--data', good, '--behind-proxy', '--tls-cert', at('text'), '--tls-key', at('text')], 2, /--behind-proxy/],
  [['serve', '--data', good, '--clock', 'yesterday'], 1, /is no time/],
  [['serve', '--data', good, '--clock-file', at('nothing')], 1, /clock file/],
  [['verify', '--data', good, '--clock', 'yesterday'], 2, /is no time/],
  [['serve', '--data', good, '--listen', 'nowhere'], 1, /not an address to listen on/],
  [['serve', '--data', good, '--listen', '0.0.0.0:0'], 1, /loopback only/],
  [['serve', '--data', good, '--listen', '127.0.0.1:0', '--tls-cert', at('text')], 1, /needs both/],
  [['serve', '--data', good, '--listen', '127.0.0.1:0', '--tls-cert', at('nothing'), '--tls-key', at('nothing')], 1, /nothing.*cannot be read/],
  [['serve', '--data', good, '--master-key', at('nothing')], 1, /./]
]) refuses(args, status, words)

// ---- folders that are no service folders: nothing hangs, nothing fills the memory, each file that is not taken is named

for (const [folder, words] of [['/', /no service\.yaml/], ['/proc/self', /no service\.yaml/], [home, /no service\.yaml/]]) {
  const ran = spawnSync(program, ['service', 'check', folder], { encoding: 'utf8', timeout: 20000, env: { ...process.env, LINGBAN_LANG: 'en' } })
  check(ran.status === 1 && words.test(ran.stderr) && ran.stderr.split('\n').length === 2, `service check ${folder}: ${ran.status ?? ran.signal} ${ran.stderr.slice(0, 300)}`)
}
const odd = at('odd')
cpSync('tests/services/errand', odd, { recursive: true })
spawnSync('mkfifo', [join(odd, 'pipe.csv')])
symlinkSync('.', join(odd, 'round'))
writeFileSync(join(odd, 'large.csv'), Buffer.alloc((8 << 20) + 1, 'x'))
writeFileSync(join(odd, '.~lock.request.xlsx#'), 'an editor is open')
const oddly = spawnSync(program, ['service', 'check', odd], { encoding: 'utf8', timeout: 20000, env: { ...process.env, LINGBAN_LANG: 'en' } })
for (const words of [/pipe\.csv: This is no file/, /round: This is no file/, /large\.csv: The file is larger/, /^3 errors/m])
  check(oddly.status === 1 && words.test(oddly.stderr + oddly.stdout), `service check of an odd folder: ${words}: ${oddly.status ?? oddly.signal} ${oddly.stderr.slice(0, 400)}`)
for (const name of ['pipe.csv', 'round', 'large.csv']) rmSync(join(odd, name))
mkdirSync(join(odd, 'many'))
for (let i = 0; i < 501; i++) writeFileSync(join(odd, 'many', `${i}.csv`), 'x\n')
refuses(['service', 'deploy', odd, '--data', good], 1, /at most 500 files/)

// ---- an import of accounts: all rows are looked at first, and each fault is named

const faulty = spawnSync(program, ['account', 'import', at('faulty.csv'), '--data', good], { encoding: 'utf8', env: { ...process.env, LINGBAN_LANG: 'en' } })
for (const words of [/row 3: A login name has/, /row 4: There is already an account “first”/, /row 4: There is no role “king”/, /row 4: There is no organisation “nowhere”/])
  check(words.test(faulty.stderr), `the import says ${words}: ${faulty.stderr}`)
check(faulty.status === 1 && faulty.stdout === '' && ask(good, "select login from account where login = 'first'").length === 0, 'of a file with faults nobody is taken')
cpSync(good, at('people'), { recursive: true })
const imported = spawnSync(program, ['account', 'import', at('people.csv'), '--data', at('people')], { encoding: 'utf8', env: { ...process.env, LINGBAN_LANG: 'en' } })
check(imported.status === 0 && /Account li, first password \w{12}/.test(imported.stdout) && /Account mo, /.test(imported.stdout), `an import: ${imported.stdout}${imported.stderr}`)
check(ask(at('people'), "select p.name, g.role from account a join party p on p.id = a.party join role_grant g on g.account = a.id where a.login = 'li'")[0]?.join() === 'Li, Wei,staff', 'quoted fields are one value')

// ---- what is printed does not arrive: the password of a new folder would be lost in silence

for (const args of [['init', '--data', at('mute')], ['version'], ['verify', '--data', good], ['routes'], ['account', 'reset', 'root', '--data', at('people')]]) {
  const full = openSync('/dev/full', 'w')
  const ran = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'], env: { ...process.env, LINGBAN_LANG: 'en' } })
  closeSync(full)
  check(ran.status === 1 && /could not be written/.test(ran.stderr), `${args[0]} with nowhere to print: ${ran.status} ${ran.stderr}`)
}

// ---- folders that are none, damaged, newer, somebody else's

const needsFolder = [['serve', '--listen', '127.0.0.1:0'], ['verify'], ['replay', '--verify'], ['upgrade', at('before.zip')], ['backup', at('out.zip')], ['account', 'create', 'newcomer'], ['account', 'reset', 'root'],
  ['service', 'deploy', 'tests/services/errand']]
for (const [kind, folder] of Object.entries(folders))
  for (const command of needsFolder) {
    if (kind === 'keyless' && command[0] === 'verify') continue // names every key: below
    refuses([...command, '--data', folder], 1, says[kind], `${command.join(' ')} on a folder that is ${kind}`)
  }
check(existsSync(backup) && !existsSync(at('nowhere')) && !existsSync(at('new')), 'nothing was made on the way')

// ---- a port that is in use, a folder that is in use

const taken = net.createServer()
await new Promise((done) => taken.listen(0, '127.0.0.1', done))
refuses(['serve', '--data', good, '--listen', `127.0.0.1:${taken.address().port}`], 1, /Another program already listens/)
taken.close()
const server = await Server.start(good, ['--demo', '--quiet'])
for (const command of [['serve', '--listen', '127.0.0.1:0'], ['upgrade', at('before.zip')], ['account', 'create', 'newcomer'], ['service', 'deploy', 'tests/services/errand']])
  refuses([...command, '--data', good], 1, /already|in use|holds|another/i, `${command.join(' ')} while the folder is served`)
await server.stop()

// ---- a full disk

const inside = (size, script) => ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=${size} none "$0" && ${script}`, at('full')]
mkdirSync(at('full'))
const allowed = spawnSync(...[inside('64k', 'true')].map(([c, ...a]) => [c, a])[0]).status === 0
if (!allowed) console.log('no mount namespace here: full disks are left out (tests/engine/disk_test.c has them)')
const fill = 'dd if=/dev/zero of="$0/fill" bs=4096 2>/dev/null; '
const room = `cp -r '${good}' "$0/data"; `
if (allowed) {
  const rows = [
    [['init', '--data', join(at('full'), 'data')], ''],
    [['demo', '--data', join(at('full'), 'data')], ''],
    [['backup', '--data', good, join(at('full'), 'x.zip')], ''],
    [['restore', '--data', join(at('full'), 'data'), backup], ''],
    [['account', 'create', 'newcomer', '--data', join(at('full'), 'data'), '--password-file', at('password')], room],
    [['service', 'deploy', 'services/heat', '--data', join(at('full'), 'data')], room]
  ]
  for (const [args, before] of rows)
    refuses(args, 1, /full|no room|No space/i, `${args[0]} ${args[1]} on a full disk`, [...inside('8m', `{ ${before}${fill}exec '${program}' "$@"; }`)])

  // A server whose disk fills up says so, loses nothing, and goes on when there is room again.
  const child = spawn(...[inside('12m', `${room}exec '${program}' serve --data "$0/data" --listen 127.0.0.1:0 --demo --quiet`)].map(([c, ...a]) => [c, a, { env: { ...process.env, LINGBAN_LANG: 'en' } }])[0])
  const full = new Server()
  full.log = ''
  full.child = child
  await new Promise((done) => {
    const hear = (piece) => { full.log += piece; if (/127\.0\.0\.1:\d+/.test(full.log)) done() }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', done)
  })
  full.port = Number(full.log.match(/127\.0\.0\.1:(\d+)/)?.[1])
  check(full.port, `the server in its own disk: ${full.log}`)
  const disk = `/proc/${child.pid}/root${at('full')}`
  const root = full.person()
  const entered = await root.send('/demo', { account: 1 }, '/demo')
  check(entered.status === 303, `root enters: ${entered.status}`)
  const form = await root.form('/services/errand/new')
  let sent = 0
  const fields = () => ({ ...form, name: `满盘${sent}`, phone: '', address: '', photo: '', consent: 'yes', _go: 'send', _page: 'all', _channel: 'desk', _once: (++sent).toString(16).padStart(32, '0') })
  const open = (f) => root.post('/services/errand/new?page=all', f)
  const told = []
  const before = fields()
  check((await open(before)).status === 303, 'with room a case is opened')
  told.push(before.name)
  try {
    const fd = openSync(join(disk, 'fill'), 'w')
    try { for (;;) writeSync(fd, Buffer.alloc(4096)) } catch { /* full */ }
    closeSync(fd)
  } catch (error) { check(false, `the disk is filled: ${error}`) }
  let refused
  for (let i = 0; i < 400 && !refused; i++) {
    const f = fields(), answer = await open(f)
    if (answer.status === 303) told.push(f.name)
    else refused = { f, answer }
  }
  check(refused?.answer.status === 503 && /磁盘|存储|空间/.test(refused.answer.text), `a full disk is told: ${refused?.answer.status} ${refused?.answer.text.match(/<main[\s\S]*?<\/main>/)?.[0]}`)
  const draft = await root.post('/services/errand/new?page=all', { ...form, name: '草稿', _go: 'check', _page: 'all' })
  check(draft.status === 503 && /未|没/.test(draft.text), `a draft that cannot be kept is told: ${draft.status} ${draft.headers.location}`)
  check((await root.get('/services')).status === 200 && (await root.get('/tasks')).status === 200, 'pages are read meanwhile')
  const stranger = full.person()
  check((await stranger.send('/demo', { account: 1 }, '/demo')).status === 503, 'who cannot enter is told')
  rmSync(join(disk, 'fill'))
  const again = await open(refused.f)
  check(again.status === 303, `with room again the same is opened: ${again.status}`)
  told.push(refused.f.name)
  cpSync(join(disk, 'data'), at('after'), { recursive: true })
  await full.stop.call({ child, ended: new Promise((done) => child.on('exit', done)) })
  const names = ask(at('after'), "select personal from answer where path = '/data/name'").map(([n]) => n)
  const missing = told.filter((n) => names.filter((x) => x === n).length !== 1)
  check(missing.length === 0, `${missing.length} of ${told.length} told cases are not there once: ${missing[0]}`)
  console.log(`${told.length} cases on a disk that was full in between`)
}

// ---- the good folder is as it was, but for what was done on it

const verified = spawnSync(program, ['verify', '--data', good], { encoding: 'utf8' })
check(verified.status === 0, `verify: ${verified.stderr}`)
check(ask(good, 'select count(*) from account')[0][0] === '1', 'no account was made by a command that failed')
check(readdirSync(join(good, '..')).filter((f) => /before|restor|part/.test(f)).length === 0, `nothing is left lying about: ${readdirSync(join(good, '..'))}`)
total()
