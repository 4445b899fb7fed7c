// idle.test.mjs: what the program takes when nobody asks: the demo town served, its clock looked at (timers, retention,
// messages), no page asked for. The figures of `build/bench service` with an aim are held here, so that none is lost unseen.
import { Server, check, program, run, sleep, temporary, total } from './server.mjs'
import { statSync } from 'node:fs'
import { join } from 'node:path'

const MIB = 1024
const folder = join(temporary('idle'), 'data')
check(run(['demo', '--data', folder]).status === 0, 'the demo town is made')
check(statSync(program).size < 10e6, `the program has ${statSync(program).size} bytes, 10 MB at most`)

const server = await Server.start(folder, ['--demo'])
await sleep(3000) // the clock has been looked at a few times
check(server.memory() < 20 * MIB, `idle it takes ${Math.round(server.memory() / MIB)} MiB, 20 at most`)
const page = await server.person().get('/')
check(page.status === 200, 'and it answers')
check((await server.stop()).code === 0, 'and ends')
total()
