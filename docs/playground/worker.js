'use strict';
// Runs kuniq beside the page. "base" is the address of the page's directory, which the
// script that loads this one has: see page.js.
importScripts(base + 'wasm_exec.js');

const go = new Go();
const loaded = (async () => {
  const packed = await fetch(base + 'kuniq.wasm.gz');
  if (!packed.ok) throw new Error(`kuniq.wasm.gz cannot be loaded: ${packed.status}`);
  const body = packed.body.pipeThrough(new DecompressionStream('gzip'));
  const wasm = new Response(body, { headers: { 'Content-Type': 'application/wasm' } });
  const { instance } = await WebAssembly.instantiateStreaming(wasm, go.importObject);
  go.run(instance); // ends only if it crashes
})();

onmessage = async ({ data: { id, method, args } }) => {
  try {
    await loaded;
    const result = self.kuniq[method](...args);
    if (go.exited) throw new Error('kuniq crashed: there may be too little memory');
    postMessage({ id, result });
  } catch (e) {
    postMessage({ id, error: e.message });
  }
};
