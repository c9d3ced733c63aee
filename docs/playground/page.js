'use strict';
// Everything from a manifest and every name of a file reaches the page as textContent.

const $ = id => document.getElementById(id);
const pasted = 'pasted.yaml';
const batch = 200; // files that are listed at a time
const files = new Map(); // by name, their bytes
let limits;
let worker;
let calls; // by number, the functions that settle a call of the worker
let answer;

// start starts the worker. One from a blob has the policy of this page, so that it can
// reach nothing but the page's own files.
function start() {
  const base = JSON.stringify(new URL('.', location.href).href);
  const script = new Blob([`const base = ${base}; importScripts(base + 'worker.js');`], { type: 'text/javascript' });
  const url = URL.createObjectURL(script);
  calls = new Map();
  worker = new Worker(url);
  worker.onmessage = ({ data: { id, result, error } }) => {
    const { resolve, reject } = calls.get(id);
    calls.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  };
  worker.onerror = e => {
    for (const { reject } of calls.values()) reject(new Error(e.message || 'the worker cannot be started'));
  };
  return ask('limits').then(text => {
    URL.revokeObjectURL(url);
    limits = JSON.parse(text);
  });
}

let number = 0;
function ask(method, ...args) {
  return new Promise((resolve, reject) => {
    calls.set(++number, { resolve, reject });
    worker.postMessage({ id: number, method, args });
  });
}

function element(name, text, className) {
  const e = document.createElement(name);
  if (text) e.textContent = text;
  if (className) e.className = className;
  return e;
}

function count(n, noun) {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}

function say(text, level = 'note') {
  $('status').textContent = text;
  $('status').className = 'verdict ' + level;
}

function busy(on) {
  $('results').setAttribute('aria-busy', on);
  $('check').disabled = on;
  $('stop').hidden = !on;
}

// run checks all that there is.
async function run() {
  if ($('check').disabled) return;
  const all = [...files].map(([name, data]) => ({ name, data }));
  if ($('text').value.trim()) all.push({ name: pasted, data: new TextEncoder().encode($('text').value) });
  show();
  if (!all.length) {
    say('Paste manifests, add files, or load an example.');
    return;
  }
  const size = all.reduce((sum, f) => sum + f.data.length, 0);
  if (size > limits.bytes || all.length > limits.files) {
    say(tooMuch(), 'bad');
    return;
  }
  busy(true);
  say('Checking ...');
  try {
    const got = JSON.parse(await ask('check', all, $('namespace').value.trim(), $('layout').value));
    if (got.error) throw new Error(got.error);
    show(got);
    $('status').scrollIntoView({ block: 'nearest' });
  } catch (e) {
    await restart(e.message);
  }
  busy(false);
}

// restart says why there is no answer, and starts kuniq again.
async function restart(reason) {
  worker.terminate();
  say(reason, 'bad');
  try {
    await start();
  } catch (e) {
    say(e.message, 'bad');
  }
}

function tooMuch() {
  return `This page takes ${count(limits.files, 'file')} with ${limits.bytes >> 20} MiB in all. Use the command kuniq for more.`;
}

// show shows an answer, or none.
function show(got) {
  answer = got;
  for (const id of ['numbers', 'report', 'notes', 'written']) $(id).replaceChildren();
  for (const id of ['report', 'json', 'split', 'zip', 'more']) $(id).hidden = true;
  if (!got) return;
  const { counts } = got;
  for (const [key, noun] of Object.entries({ files: 'file', objects: 'object', errors: 'error', warnings: 'warning', infos: 'info', unread: 'unread part' })) {
    const li = element('li', count(counts[key], noun), { errors: 'bad', unread: 'bad', warnings: 'warn' }[key]);
    Object.assign(li.dataset, { count: key, n: counts[key] });
    li.hidden = !counts[key];
    $('numbers').append(li);
  }
  const [verdict] = plain(got.text).split('\n', 1);
  const level = counts.errors || counts.unread ? 'bad' : counts.warnings || !counts.objects ? 'warn' : 'good';
  say(verdict, level);
  $('report').append(...colored(got.text));
  $('report').hidden = got.text.indexOf('\n') === got.text.length - 1; // the verdict is all of it
  $('json').hidden = false;
  showSplit(got);
}

const escapes = /\x1b\[([0-9;]*)m|\x1b\]8;;([^\x1b]*)\x1b\\/;

function plain(text) {
  return text.split(escapes).filter((_, i) => i % 3 === 0).join('');
}

// colored turns the colours and the links of a terminal into elements. No text from the
// input has an escape character: kuniq quotes it.
function colored(text) {
  const parts = text.split(escapes); // text, colour, link, text, ...
  const out = [];
  let color = '';
  let link = '';
  parts.forEach((part, i) => {
    if (i % 3 === 1 && part !== undefined) color = part;
    if (i % 3 === 2 && part !== undefined) link = part;
    if (i % 3 !== 0 || !part) return;
    const e = element(link ? 'a' : 'span', part, /^[0-9;]*[1-9]$/.test(color) ? 'c' + color.split(';').pop() : '');
    if (link.startsWith('https://github.com/kuniq/')) e.href = link;
    out.push(e);
  });
  return out;
}

function showSplit(got) {
  $('split').hidden = false;
  const { refusals, notes } = got;
  const written = got.files || [];
  $('split-status').textContent = got.blocked ? 'None while there is an error above.'
    : refusals.total ? `None, for ${count(refusals.total, 'reason')}:`
      : count(written.length, 'file');
  for (const { first, total } of [refusals, notes]) {
    $('notes').append(...(first || []).map(line => element('li', line)));
    if (total > (first || []).length) $('notes').append(element('li', `and ${total - first.length} more`));
  }
  $('zip').hidden = !written.length;
  more();
}

// more lists some more of the files that split writes.
function more() {
  const all = answer.files || [];
  const from = $('written').childElementCount;
  all.slice(from, from + batch).forEach(({ name, size }, i) => {
    const details = element('details');
    const summary = element('summary', name + ' ');
    summary.append(element('span', count(size, 'byte'), 'muted'));
    details.append(summary);
    details.addEventListener('toggle', async () => {
      const data = await ask('content', from + i);
      const pre = element('pre', new TextDecoder().decode(data.subarray(0, 1 << 18)));
      pre.tabIndex = 0;
      pre.setAttribute('role', 'region');
      pre.setAttribute('aria-label', 'Content of ' + name);
      details.append(pre);
    }, { once: true });
    $('written').append(details);
  });
  $('more').hidden = from + batch >= all.length;
}

async function download(method, name, type) {
  const url = URL.createObjectURL(new Blob([await ask(method)], { type }));
  const a = element('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// add takes in files of the reader's disk.
async function add(list) {
  const wanted = [...list];
  const size = wanted.reduce((sum, f) => sum + f.size, 0) + [...files.values()].reduce((sum, data) => sum + data.length, 0);
  if (size > limits.bytes || files.size + wanted.length > limits.files) {
    say(tooMuch(), 'bad');
    return;
  }
  const lost = [];
  for (const f of wanted) {
    try {
      files.set(f.webkitRelativePath || f.name, new Uint8Array(await f.arrayBuffer()));
    } catch {
      lost.push(f.name); // such as a folder that was dropped
    }
  }
  listFiles();
  await run();
  if (lost.length) say(`${lost.join(', ')} cannot be read. Use "Add a folder" for a folder.`, 'bad');
}

// manifests are those files of a folder that kuniq would read.
function manifests(list) {
  return [...list].filter(f => /\.(ya?ml|json)$/.test(f.name) && !/(^|\/)(\.[^/]+|node_modules)\//.test(f.webkitRelativePath));
}

function listFiles() {
  $('files').replaceChildren(...[...files.keys()].slice(0, batch).map(name => {
    const li = element('li');
    const button = element('button', 'Remove');
    button.type = 'button';
    button.setAttribute('aria-label', 'Remove ' + name);
    button.addEventListener('click', () => {
      files.delete(name);
      listFiles();
      $('text').focus();
    });
    li.append(element('span', name), button);
    return li;
  }));
  if (files.size > batch) $('files').append(element('li', `and ${count(files.size - batch, 'file')} more`));
}

function clear() {
  files.clear();
  $('text').value = '';
  listFiles();
  show();
}

async function load(example) {
  const all = await (await fetch('examples.json')).json();
  clear();
  for (const [name, text] of Object.entries(all[example])) files.set(name, new TextEncoder().encode(text));
  listFiles();
  await run();
}

function wire() {
  $('check').addEventListener('click', run);
  $('text').addEventListener('keydown', e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) run(); });
  $('clear').addEventListener('click', () => { clear(); say('Nothing to check.'); $('text').focus(); });
  $('stop').addEventListener('click', () => { for (const { reject } of calls.values()) reject(new Error('Stopped.')); });
  $('zip').addEventListener('click', () => download('zip', 'kuniq.zip', 'application/zip'));
  $('json').addEventListener('click', () => download('json', 'kuniq.json', 'application/json'));
  $('more').addEventListener('click', more);
  $('pick').addEventListener('change', e => add(e.target.files));
  $('folder').addEventListener('change', e => add(manifests(e.target.files)));
  for (const b of document.querySelectorAll('[data-example]')) b.addEventListener('click', () => load(b.dataset.example));
  for (const [type, on] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
    addEventListener(type, e => {
      e.preventDefault();
      document.body.classList.toggle('dragging', on);
    });
  }
  addEventListener('drop', e => add(e.dataTransfer.files));
}

async function main() {
  busy(true);
  $('stop').hidden = true;
  try {
    await start();
  } catch (e) {
    say(e.message, 'bad');
    return;
  }
  $('layout').append(...limits.layouts.map(name => element('option', name)));
  wire();
  busy(false);
  say('Paste manifests, add files, or load an example.');
}

main();
