// Random expressions, made from a grammar with a fixed seed, evaluated by ours and by feelin. A difference that no rule
// of differences.mjs explains fails. Usage: node tests/feel/differential.mjs BINARY [COUNT] [SEED]
import { spawnSync } from "node:child_process";
import { evaluate } from "feelin";
import { differences } from "./differences.mjs";

const [binary, count = "1500", seed = "1"] = process.argv.slice(2);

// xorshift32: the same seed gives the same expressions everywhere
let state = (Number(seed) * 2654435761) >>> 0 || 1;
const random = (n) => {
    state ^= state << 13, state >>>= 0, state ^= state >>> 17, state ^= state << 5, state >>>= 0;
    return state % n;
};
const pick = (list) => list[random(list.length)];

const context = { a: 5, b: -2.5, t: "text", yes: true, none: null, xs: [3, 1, 2], people: [{ name: "Li", age: 30 }, { name: "Wang", age: 41 }], c: { d: { e: 7 } } };

// One generator a kind of value; `depth` bounds the nesting.
const make = {
    number: (d) => d <= 0 ? pick(["0", "1", "2", "10", "0.5", "-3", "a", "b", "c.d.e"])
        : pick([
            () => make.number(0), () => `${make.number(d - 1)} + ${make.number(d - 1)}`, () => `${make.number(d - 1)} - ${make.number(d - 1)}`,
            () => `(${make.number(d - 1)}) * (${make.number(d - 1)})`, () => `(${make.number(d - 1)}) / ${pick(["2", "4", "5"])}`, () => `(${make.number(0)}) ** 2`,
            () => `if ${make.boolean(d - 1)} then ${make.number(d - 1)} else ${make.number(d - 1)}`, () => `abs(${make.number(d - 1)})`, () => `floor(${make.number(d - 1)})`,
            () => `ceiling(${make.number(d - 1)})`, () => `modulo(${make.number(d - 1)}, ${pick(["2", "3", "-5"])})`, () => `count(${make.list(d - 1)})`, () => `sum(${make.list(d - 1)})`,
            () => `min(${make.list(d - 1)})`, () => `max(${make.list(d - 1)})`, () => `mean(${make.list(d - 1)})`, () => `string length(${make.string(d - 1)})`, () => `(${make.list(d - 1)})[${pick(["1", "2", "-1"])}]`,
            () => `round half up(${make.number(d - 1)}, ${pick(["0", "1"])})`, () => `decimal(${make.number(d - 1)}, ${pick(["0", "1"])})`, () => `product(${make.list(d - 1)})`, () => `median(${make.list(d - 1)})`,
            () => `(function(x, y) x * 2 - y)(${make.number(d - 1)}, ${make.number(d - 1)})`, () => `{k: ${make.number(d - 1)}, m: k + 1}.m`, () => `${make.date()}.${pick(["year", "month", "day", "weekday"])}`,
            () => `day of year(${make.date()})`, () => `week of year(${make.date()})`,
        ])(),
    boolean: (d) => d <= 0 ? pick(["true", "false", "yes", "null"])
        : pick([
            () => make.boolean(0), () => `${make.number(d - 1)} ${pick(["<", "<=", ">", ">=", "=", "!="])} ${make.number(d - 1)}`, () => `${make.string(d - 1)} ${pick(["=", "!=", "<"])} ${make.string(d - 1)}`,
            () => `(${make.boolean(d - 1)}) and (${make.boolean(d - 1)})`, () => `(${make.boolean(d - 1)}) or (${make.boolean(d - 1)})`, () => `not(${make.boolean(d - 1)})`,
            () => `${make.number(d - 1)} between ${make.number(0)} and ${make.number(0)}`, () => `${make.number(d - 1)} in ${pick(["[", "(", "]"])}${make.number(0)}..${make.number(0)}${pick(["]", ")"])}`,
            () => `${make.number(d - 1)} in (${make.number(0)}, < ${make.number(0)})`, () => `some x in ${make.list(d - 1)} satisfies x > ${make.number(0)}`, () => `every x in ${make.list(d - 1)} satisfies x > ${make.number(0)}`,
            () => `list contains(${make.list(d - 1)}, ${make.number(0)})`, () => `contains(${make.string(d - 1)}, ${make.string(0)})`, () => `starts with(${make.string(d - 1)}, ${make.string(0)})`,
            () => `${make.number(d - 1)} instance of ${pick(["number", "string", "Any"])}`, () => `matches(${make.string(d - 1)}, ${pick(['"[a-z]+"', '"^t"', '"x$"', '"T"'])})`, () => `${make.date()} ${pick(["<", "=", ">="])} ${make.date()}`,
            () => `all([${make.boolean(d - 1)}, ${make.boolean(0)}])`, () => `any([${make.boolean(d - 1)}, ${make.boolean(0)}])`, () => `${make.list(d - 1)} = ${make.list(d - 1)}`,
        ])(),
    string: (d) => d <= 0 ? pick(['"text"', '"ab"', '""', "t", '"Ü 中"', '"a-b-c"'])
        : pick([
            () => make.string(0), () => `${make.string(d - 1)} + ${make.string(d - 1)}`, () => `upper case(${make.string(d - 1)})`, () => `lower case(${make.string(d - 1)})`,
            () => `substring(${make.string(d - 1)}, ${pick(["1", "2", "-1"])})`, () => `substring before(${make.string(d - 1)}, ${pick(['"-"', '"x"', '""'])})`, () => `substring after(${make.string(d - 1)}, ${pick(['"-"', '"e"'])})`,
            () => `replace(${make.string(d - 1)}, ${pick(['"[aeiou]"', '"(t)(e)"'])}, ${pick(['"-"', '"$1"'])})`, () => `string(${make.number(d - 1)})`, () => `string join(split(${make.string(d - 1)}, "-"), "+")`,
            () => `if ${make.boolean(d - 1)} then ${make.string(d - 1)} else ${make.string(d - 1)}`, () => `people[age > ${make.number(0)}].name[1]`, () => `day of week(${make.date()})`, () => `month of year(${make.date()})`,
        ])(),
    list: (d) => d <= 0 ? pick(["[]", "xs", "[1, 2, 3]", "[2, 2, 5]", "people.age"])
        : pick([
            () => make.list(0), () => `[${make.number(d - 1)}, ${make.number(d - 1)}]`, () => `${make.list(0)}[item > ${make.number(0)}]`, () => `for i in ${make.list(d - 1)} return i * ${make.number(0)}`,
            () => `for i in ${pick(["1..3", "3..1", "0..2"])} return i + ${make.number(0)}`, () => `append(${make.list(d - 1)}, ${make.number(d - 1)})`, () => `concatenate(${make.list(d - 1)}, ${make.list(d - 1)})`,
            () => `reverse(${make.list(d - 1)})`, () => `distinct values(${make.list(d - 1)})`, () => `union(${make.list(d - 1)}, ${make.list(d - 1)})`, () => `flatten([${make.list(d - 1)}, ${make.number(0)}])`,
            () => `sort(${make.list(d - 1)}, function(x, y) x < y)`, () => `index of(${make.list(d - 1)}, ${make.number(0)})`, () => `sublist(${make.list(d - 1)}, ${pick(["1", "2", "-1"])})`, () => `remove(${make.list(d - 1)}, ${pick(["1", "-1"])})`,
            () => `insert before(${make.list(d - 1)}, 1, ${make.number(0)})`, () => `for i in xs, j in ${make.list(0)} return i + j`,
        ])(),
    date: () => pick(['date("2024-02-29")', 'date("2026-11-24")', "date(2020, 1, 1)", 'date("2024-02-29") + duration("P1Y")', 'date("2026-11-24") - duration("P40D")', 'date and time("2021-03-01T10:00:00Z")']),
    duration: () => pick(['duration("P1DT2H")', 'duration("P14M")', 'date("2024-02-29") - date("2020-01-01")', 'duration("PT90M") * 2', 'years and months duration(date("2020-01-31"), date("2021-03-01"))']),
};

function ours(expression) {
    const done = spawnSync(binary, ["feel", expression, "--context", "-"], { input: JSON.stringify(context), encoding: "utf8", timeout: 10000 });
    if (done.signal || done.stdout === "") return { crash: done.signal ?? done.stderr };
    return plain(JSON.parse(done.stdout));
}

function plain({ type, value }) {
    if (type === "list") return value.map(plain);
    if (type === "context") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
    if (type === "number") return Number(value);
    return ["null", "boolean", "string"].includes(type) ? value : { text: value };
}

function theirs(expression) {
    try {
        return simple(evaluate(expression, context).value);
    } catch (error) {
        return { error: String(error.message).slice(0, 80) };
    }
}

function simple(v) {
    if (v === undefined || v === null) return null;
    if (Array.isArray(v)) return v.map(simple);
    if (typeof v !== "object") return typeof v === "function" ? { text: "function" } : v;
    if (typeof v.iso === "string") return { text: v.iso };
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, simple(x)]));
}

function same(x, y) {
    if (typeof x === "number" && typeof y === "number") return Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x));
    if (Array.isArray(x) && Array.isArray(y)) return x.length === y.length && x.every((v, i) => same(v, y[i]));
    return JSON.stringify(x) === JSON.stringify(y);
}

const explained = new Map();
let agreed = 0, unexplained = 0;
for (let i = 0; i < Number(count); i++) {
    const expression = make[pick(["number", "boolean", "string", "list", "date", "duration"])](1 + random(3));
    const x = ours(expression), y = theirs(expression);
    if (same(x, y)) {
        agreed++;
        continue;
    }
    const rule = differences.find((d) => d.explains(expression, x, y));
    if (rule) explained.set(rule.name, (explained.get(rule.name) ?? 0) + 1);
    else {
        unexplained++;
        console.log(`DIFFERS ${expression}\n  ours   ${JSON.stringify(x)}\n  feelin ${JSON.stringify(y)}`);
    }
}
for (const [name, n] of explained) console.log(`explained ${n}: ${name}`);
console.log(`${agreed} agree, ${count - agreed - unexplained} differ as explained, ${unexplained} differ`);
process.exit(unexplained ? 1 : 0);
