// Leaves out the parts of Emscripten's file system that nothing here calls. FS
// is one object, so its build cannot see which of its members are dead.
//
// A js-library: run by emcc at link time, after its own libraries.

for (const member of [
  // Files that load themselves over the network, and FS's own IndexedDB store.
  'createLazyFile',
  'createPreloadedFile',
  'forceLoadFile',
  'indexedDB',
  'DB_NAME',
  'saveFilesToDB',
  'loadFilesFromDB',
  // The old API on paths.
  'analyzePath',
  'createPath',
  'createFile',
  'createDataFile',
  'findObject',
  // Operations on files that the journal does without.
  'allocate',
  'chown',
  'fchmod',
  'fchown',
  'ftruncate',
  'lchmod',
  'lchown',
  'mmap',
  'munmap',
  'quit',
  'rename',
  'unmount',
]) {
  delete LibraryManager.library.$FS[member];
}
