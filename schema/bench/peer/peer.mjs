// Measures @getodk/xforms-engine on large.xml and prints it beside ours.json. The engine wants a browser's
// DOM; jsdom stands in for it, so loading is a little slower than in a browser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

const dir = process.argv[2];
const dom = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
for (const name of ['window', 'document', 'DOMParser', 'XMLSerializer', 'Document', 'XMLDocument', 'Element', 'Node', 'Attr', 'Text', 'CDATASection', 'Comment', 'NodeFilter', 'localStorage', 'File', 'Blob']) {
  const value = name === 'window' ? dom.window : dom.window[name];
  if (name === 'File' || name === 'Blob' || !(name in globalThis)) globalThis[name] = value;
}
globalThis.__dirname ??= dir;
globalThis.require ??= createRequire(import.meta.url);
const { createInstance } = await import('@getodk/xforms-engine');

const xml = readFileSync(`${dir}/large.xml`, 'utf8');
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const loads = [];
let root;
for (let i = 0; i < 2; i++) {
  const start = performance.now();
  ({ root } = await createInstance(xml, { instance: { stateFactory: (x) => x } }));
  loads.push(performance.now() - start);
}
const find = (node, reference) => node.currentState.reference === reference ? node : (node.currentState.children ?? []).map((c) => find(c, reference)).find(Boolean);
const first = find(root, '/data/g0/q0');
const last = find(root, '/data/g19/q999');
const answers = [];
for (let i = 0; i < 20; i++) {
  const start = performance.now();
  first.setValue(String(18 + i));
  if (last.currentState.instanceValue !== String(18 + i + 100)) throw new Error(`the chain ends in ${last.currentState.instanceValue}`);
  answers.push(performance.now() - start);
}
const theirs = { load: Math.min(...loads), answer: median(answers), slowest: Math.max(...answers) };
const ours = JSON.parse(readFileSync(`${dir}/ours.json`, 'utf8'));
const row = (what, a, b) => console.log(`${what.padEnd(28)}${a.toFixed(3).padStart(12)}${b.toFixed(1).padStart(12)}${(b / a).toFixed(0).padStart(10)}`);
console.log(`${'milliseconds'.padEnd(28)}${'leeward'.padStart(12)}${'xforms-engine'.padStart(14)}${'ratio'.padStart(8)}`);
row('load to the first state', ours.load, theirs.load);
row('answer to recompute, median', ours.answer, theirs.answer);
row('answer to recompute, p99', ours.answer_p99, theirs.slowest);
process.exit(0);
