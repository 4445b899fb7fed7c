// folder.test.mjs: a data folder under the commands that care for it: a master key kept elsewhere, wanted by all of them;
// and one cell of the state changed by hand, which `replay --verify` names by table and row.
import { Server, ask, check, makeFolder, program, run, temporary, total } from './server.mjs'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const home = temporary('folder')
const path = (name) => join(home, name)

// ---- --master-key

const key = path('master.key'), wrong = path('wrong.key'), short = path('short.key')
writeFileSync(key, randomBytes(32))
writeFileSync(wrong, randomBytes(32))
writeFileSync(short, randomBytes(31))
writeFileSync(path('password'), 'a long enough password\n')
const data = path('data')
const says = (what, ran, status, words) => check(ran.status === status && words.test(ran.out + ran.err), `${what}: ${ran.status} ${ran.out}${ran.err}`)
const init = (file) => run(['init', '--data', data, '--master-key', file, '--password-file', path('password')])
says('a key file that is not there', init(path('none.key')), 1, /none\.key cannot be read/)
says('one of 31 bytes', init(short), 1, /exactly 32/)
check(!existsSync(join(data, 'lingban.db')) || readFileSync(join(data, 'lingban.db')).length === 0, 'nothing was made')
says('init', init(key), 0, /ready/)
check(!readFileSync(join(data, 'keys.db')).includes(readFileSync(key)), 'the key is not in the folder')

writeFileSync(path('people.csv'), 'login,name,role,organisation\nwang,王某,staff,\n')
const zip = path('b.zip'), restored = path('restored')
const commands = [
  ['verify'], ['replay', '--verify'], ['account', 'create', 'li', '--password-file', path('password')], ['account', 'reset', 'li', '--password-file', path('password')],
  ['account', 'import', path('people.csv')], ['service', 'deploy', 'services/wish'], ['upgrade', path('u.zip')], ['backup', zip]
]
for (const command of commands) {
  const name = command.slice(0, 2).join(' '), folder = ['--data', data]
  says(`${name} without the key`, run([...command, ...folder]), 1, /Say where it is with --master-key/)
  says(`${name} with another key`, run([...command, ...folder, '--master-key', wrong]), 1, /do not open with this master key/)
  check(!existsSync(zip), 'a refused backup writes nothing')
  const good = run([...command, ...folder, '--master-key', key])
  check(good.status === 0, `${name} with the key: ${good.err}`)
}
for (const args of [[], ['--master-key', wrong]]) {
  const refused = spawnSync(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...args], { encoding: 'utf8', timeout: 20000, env: { ...process.env, LINGBAN_LANG: 'en' } })
  check(refused.status === 1 && /master.key/.test(refused.stderr), `serve ${args}: ${refused.status} ${refused.stderr}`)
}
const server = await Server.start(data, ['--master-key', key])
const guest = server.person()
check((await guest.get('/')).status === 200, 'it serves')
await server.stop()
says('restore without the key', run(['restore', zip, '--data', restored]), 1, /--master-key/)
check(!existsSync(restored), 'nothing was restored')
says('restore', run(['restore', zip, '--data', restored, '--master-key', key]), 0, /Restored/)
says('verify', run(['verify', '--data', restored, '--master-key', key]), 0, /Everything is as it was/)
const plain = makeFolder('folder-plain', 'clock 2026-09-07T09:00:00+08:00\ninclude tests/scenes/town.inc\nopen w wish by wang $zhou $lamp\n')
says('a key for a folder that has its own', run(['verify', '--data', plain, '--master-key', key]), 1, /Leave --master-key away/)

// ---- one cell changed by hand

says('untouched', run(['replay', '--verify', '--data', plain]), 0, /./)
const cells = [
  ['cases', 'title', '1'], ['task', 'state', '1'], ['party', 'phone', '6'], ['role_grant', 'role', '2'], ['answer', 'personal', '1, /data/who/name'],
  ['variable', 'value', null], ['submission', 'at', '1'], ['wait', 'due', null]
]
for (const [table, column, row] of cells) {
  const keys = ask(plain, `select group_concat(name, ',') from (select name from pragma_table_info('${table}') where pk > 0 order by pk)`)[0][0].split(',')
  const wanted = row ?? ask(plain, `select ${keys.join(" || ', ' || ")} from ${table} limit 1`)[0][0]
  const condition = `${keys.join(" || ', ' || ")} = '${wanted}'`
  const before = ask(plain, `select quote(${column}) from ${table} where ${condition}`)
  if (!check(before.length === 1, `${table} has the row ${wanted}`)) continue
  ask(plain, `update ${table} set ${column} = ${/^[0-9]+$/.test(before[0][0]) ? `${column} + 1` : `${column} || '!'`} where ${condition}`)
  const found = run(['replay', '--verify', '--data', plain])
  says(`${table}.${column}`, found, 1, new RegExp(`Table ${table}, row ${wanted.replace(/[[\]/.]/g, '\\$&')}, column ${column}`))
  ask(plain, `update ${table} set ${column} = ${before[0][0]} where ${condition}`)
}
ask(plain, "insert into notice (id, resident, kind, sentence, at) values (999, 0, 'x', '[]', 1)")
says('a row too many', run(['replay', '--verify', '--data', plain]), 1, /Table notice, row 999/)
ask(plain, 'delete from notice where id = 999')
says('put right again', run(['replay', '--verify', '--data', plain]), 0, /./)
total()
