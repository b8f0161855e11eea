// Embind's JavaScript half for what engine.cc uses of it: a free function that
// takes a text, as its UTF-8, and gives one. Its own is many times as large, for
// classes, overloads, and types that come later than the functions that use them.
//
// A js-library: emcc takes it after its own, and what has the same name here
// replaces what is there. C++ sees no difference: a std::string crosses as
// <emscripten/wire.h> has it, a pointer to a length and bytes that whoever takes it
// frees.

Object.assign(LibraryManager.library, {
  // The only type, so nothing looks it up; embind_types.cc registers no other.
  _embind_register_std_string__deps: [],
  _embind_register_std_string: function() {},

  // Byte order marks are text like other.
  $textDecoder: "new TextDecoder('utf-8', { ignoreBOM: true })",
  _embind_register_function__deps: [
    '$asm', '$getWasmTableEntry', '$readLatin1String', '$textDecoder', 'abort', 'malloc', 'free',
  ],
  _embind_register_function: function(name, count, types, signature, invoker, target) {
    const invoke = getWasmTableEntry(invoker);
    Module[readLatin1String(name)] = (bytes) => {
      const taken = _malloc(4 + bytes.length);
      if (!taken) abort();
      HEAPU32[taken >> 2] = bytes.length;
      HEAPU8.set(bytes, taken + 4);
      const given = invoke(target, taken);
      _free(taken);
      const begin = given + 4;
      const text = textDecoder.decode(HEAPU8.subarray(begin, begin + HEAPU32[given >> 2]));
      _free(given);
      return text;
    };
  },

  // Of names and paths, which are ASCII.
  $readLatin1String__deps: ['$textDecoder'],
  $readLatin1String: function(pointer) {
    return textDecoder.decode(HEAPU8.subarray(pointer, HEAPU8.indexOf(0, pointer)));
  },
});
