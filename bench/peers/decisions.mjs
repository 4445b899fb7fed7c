// decisions.mjs: our decision tables beside @gorules/zen-engine (Rust) and feelin (JavaScript), on the same tables.
//
//     make bench-peers
//
// build/bench writes its tables, inputs and answers as JSON; every engine's answers are compared with ours before it
// is timed. Figures are microseconds a decision, of one thread: ours by CPU time; zen's once by the caller's clock and
// once by its own, which leaves out the way between Node and Rust; feelin has no tables, so a loop over its unary tests
// stands for one. Lines: name, value, unit, ratio (theirs/ours: how many times ours is faster), separated by tabs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import { unaryTest } from 'feelin';

const COLUMNS = ['age', 'income', 'region', 'status', 'member'];
const TABLES = ['table_30', 'table_1000'];

function print(name, value, unit, ours) {
    console.log([name, value.toPrecision(5), unit, ours ? (value / ours).toFixed(1) : '-'].join('\t'));
}

/** Runs `decide` over all inputs again and again for a second; microseconds a decision. */
async function microseconds(inputs, decide) {
    for (const input of inputs.slice(0, 100)) await decide(input);
    const start = performance.now();
    let count = 0;
    do {
        for (const input of inputs.slice(0, 128)) await decide(input);
        count += Math.min(inputs.length, 128);
    } while (performance.now() - start < 1000);
    return ((performance.now() - start) * 1000) / count;
}

async function check(name, table, decide, count) {
    for (let i = 0; i < count; i++) {
        const answer = (await decide(table.inputs[i])) ?? null;
        if (answer !== table.answers[i]) throw new Error(`${name} answers ${answer}, we ${table.answers[i]}, to ${JSON.stringify(table.inputs[i])}`);
    }
}

/** The table as zen's decision model; an empty cell is its "-". */
function zenModel(table) {
    const rules = table.rules.map(([cells, output], i) => ({
        _id: `r${i}`,
        ...Object.fromEntries(cells.map((cell, c) => [COLUMNS[c], cell === '-' ? '' : cell])),
        result: String(output),
    }));
    const content = {
        hitPolicy: 'first',
        inputs: COLUMNS.map((name) => ({ id: name, name, field: name, type: 'expression' })),
        outputs: [{ id: 'result', name: 'result', field: 'result', type: 'expression' }],
        rules,
    };
    return {
        nodes: [
            { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
            { id: 'table', name: 'table', type: 'decisionTableNode', position: { x: 0, y: 0 }, content },
            { id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } },
        ],
        edges: [
            { id: 'e1', type: 'edge', sourceId: 'in', targetId: 'table' },
            { id: 'e2', type: 'edge', sourceId: 'table', targetId: 'out' },
        ],
    };
}

function median(values) {
    return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** "7.6µs", "1.2ms" … in microseconds. */
function duration(text) {
    const [, number, unit] = /^([\d.]+)\s*(ns|µs|us|ms|s)$/.exec(text);
    return Number(number) * { ns: 1e-3, µs: 1, us: 1, ms: 1e3, s: 1e6 }[unit];
}

async function runZen(name, table, ours) {
    const engine = new ZenEngine();
    const decision = engine.createDecision(new ZenDecisionContent(Buffer.from(JSON.stringify(zenModel(table)))));
    const decide = async (input) => (await decision.evaluate(input)).result?.result;
    await check('zen', table, decide, 300);
    print(`peers.${name}.zen`, await microseconds(table.inputs, decide), 'us', ours);
    const own = [];
    for (const input of table.inputs) own.push(duration((await decision.evaluate(input)).performance));
    print(`peers.${name}.zen_own_clock`, median(own), 'us', ours);
}

async function runFeelin(name, table, ours) {
    const test = (cell, value) => {
        const answer = unaryTest(cell, { '?': value });
        return (typeof answer === 'object' && answer !== null ? answer.value : answer) === true;
    };
    const decide = (input) => {
        for (const [cells, output] of table.rules)
            if (cells.every((cell, c) => cell === '-' || test(cell, input[COLUMNS[c]]))) return output;
        return null;
    };
    await check('feelin', table, decide, 20);
    print(`peers.${name}.feelin`, await microseconds(table.inputs.slice(0, 20), decide), 'us', ours);
}

const dir = mkdtempSync(join(tmpdir(), 'lingban-bench-'));
try {
    const bench = process.argv[2] ?? 'build/bench';
    const lines = execFileSync(bench, ['decisions'], { env: { ...process.env, LINGBAN_BENCH_DUMP: dir }, encoding: 'utf8' });
    const figures = Object.fromEntries(lines.trim().split('\n').map((line) => line.split('\t').slice(0, 2)));
    for (const name of TABLES) {
        const table = JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8'));
        const ours = Number(figures[`decisions.${name}`]);
        print(`peers.${name}.ours`, ours, 'us');
        await runZen(name, table, ours);
        await runFeelin(name, table, ours);
    }
} finally {
    rmSync(dir, { recursive: true });
}
