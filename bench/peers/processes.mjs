// processes.mjs: our process engine beside bpmn-elements (JavaScript), on the same process.
//
//     npm ci --prefix bench/peers && make build/bench && node --expose-gc bench/peers/processes.mjs [build/bench]
//
// start -> user task -> exclusive -> parallel -> two user tasks -> join -> end, in memory, one thread each. The condition
// is FEEL here and a function there. Lines: name, value, unit, ratio (ours/theirs; theirs/ours for bytes: how many times ours
// is better), separated by tabs.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import * as types from 'bpmn-elements';
import { BpmnModdle } from 'bpmn-moddle';
import { Serializer, TypeResolver } from 'moddle-context-serializer';

const PROCESS = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="bench" targetNamespace="urn:bench"><process id="p" isExecutable="true">
  <startEvent id="s"/><userTask id="enter"/><exclusiveGateway id="x" default="no"/><parallelGateway id="split"/>
  <userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><endEvent id="e"/><endEvent id="refused"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="enter"/><sequenceFlow id="f2" sourceRef="enter" targetRef="x"/>
  <sequenceFlow id="yes" sourceRef="x" targetRef="split">
    <conditionExpression xsi:type="tFormalExpression">\${environment.services.large}</conditionExpression></sequenceFlow>
  <sequenceFlow id="no" sourceRef="x" targetRef="refused"/><sequenceFlow id="f3" sourceRef="split" targetRef="a"/>
  <sequenceFlow id="f4" sourceRef="split" targetRef="b"/><sequenceFlow id="f5" sourceRef="a" targetRef="join"/>
  <sequenceFlow id="f6" sourceRef="b" targetRef="join"/><sequenceFlow id="f7" sourceRef="join" targetRef="e"/>
</process></definitions>`;

const moddle = await new BpmnModdle().fromXML(PROCESS);
const serialized = Serializer(moddle, TypeResolver(types));

/** A started instance; `done` is called when it has completed. */
function begin(done) {
    const environment = new types.Environment({ variables: { amount: 5 }, services: { large: (scope) => scope.environment.variables.amount > 3 } });
    const definition = new types.Definition(new types.Context(serialized, environment));
    definition.run((error) => {
        if (error) throw error;
        done();
    });
    return definition;
}

function signalWaiting(definition) {
    for (const api of definition.getPostponed()) api.signal();
}

function perSecond() {
    let finished = 0;
    let count = 0;
    const start = performance.now();
    do {
        const definition = begin(() => finished++);
        signalWaiting(definition);
        signalWaiting(definition);
        count++;
    } while (performance.now() - start < 3000);
    if (finished !== count) throw new Error(`${count - finished} of ${count} instances did not finish`);
    return count / ((performance.now() - start) / 1000);
}

function bytesWaiting() {
    const kept = [];
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i++) kept.push(begin(() => {}));
    global.gc?.();
    return (process.memoryUsage().heapUsed - before) / kept.length;
}

const ours = Object.fromEntries(
    execFileSync(process.argv[2] ?? 'build/bench', ['processes'], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => [line.split('\t')[0], Number(line.split('\t')[1])]),
);
const theirs = { instances: perSecond(), waiting: bytesWaiting() };
console.log(['bpmn-elements.instances', theirs.instances.toPrecision(4), 'instances/s', (ours['processes.instances'] / theirs.instances).toFixed(0)].join('\t'));
console.log(['bpmn-elements.waiting', theirs.waiting.toPrecision(4), 'bytes', (theirs.waiting / ours['processes.waiting']).toFixed(0)].join('\t'));
