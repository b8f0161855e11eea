// What the rest of Emscripten's runtime needs to be small and right.
//
// A js-library: emcc takes it after its own.

Object.assign(LibraryManager.library, {
  // MINIMAL_RUNTIME with Embind assigns to it and declares it nowhere.
  $asm: '=undefined',

  abort: function() {
    throw new WebAssembly.RuntimeError('abort');
  },

  // By a fifth at least where there is room for it, so that growing is rare: it
  // makes all views anew.
  emscripten_resize_heap__deps: [],
  emscripten_resize_heap: function(size) {
    const oldSize = HEAPU8.length;
    for (const newSize of [Math.max(size >>> 0, oldSize * 1.2), size >>> 0]) {
      try {
        wasmMemory.grow(Math.ceil((newSize - oldSize) / {{{ WASM_PAGE_SIZE }}}));
        updateGlobalBufferAndViews(wasmMemory.buffer);
        return true;
      } catch {
        // The browser has not so much; less may do.
      }
    }
    return false;
  },
});
