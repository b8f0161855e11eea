// Leaves out the parts of Emscripten's runtime that nothing here calls: FS is
// one object, so the build cannot see what of it is dead.
//
// A js-library: run by emcc at link time, after its own libraries.

const library = LibraryManager.library;

const unusedOfFs = [
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
  'chdir',
  'chown',
  'fchmod',
  'fchown',
  'ftruncate',
  'isSocket',
  'lchmod',
  'lchown',
  'lstat',
  'minor',
  'mmap',
  'msync',
  'munmap',
  'quit',
  'readFile',
  'rename',
  'unmount',
  // Devices and links: the journal's folder has only files.
  'createDevice',
  'ioctl',
  'makedev',
  'mkdev',
  'symlink',
];
const unusedOfMemfs = ['allocate', 'mmap', 'msync'];
// The half that speaks to IndexedDB: js/service-worker/journal-folder.js has a
// correct one.
const unusedOfIdbfs = [
  'indexedDB',
  'DB_VERSION',
  'DB_STORE_NAME',
  'syncfs',
  'getDB',
  'getRemoteSet',
  'loadRemoteEntry',
  'storeRemoteEntry',
  'removeRemoteEntry',
  'reconcile',
];
const unusedOfSyscalls = [
  'calculateAt',
  'doAccess',
  'doDup',
  'doMkdir',
  'doMknod',
  'doMsync',
  'doReadlink',
  'doStat',
  'get64',
];
for (const member of unusedOfFs) delete library.$FS[member];
for (const member of unusedOfSyscalls) delete library.$SYSCALLS[member];
for (const member of unusedOfMemfs) delete library.$MEMFS.stream_ops[member];
for (const member of ['rename', 'symlink', 'readlink']) delete library.$MEMFS.node_ops[member];
for (const member of unusedOfIdbfs) delete library.$IDBFS[member];
delete library.$PATH_FS.relative;
delete library.$PATH.extname;

// No terminal, no random device, no /proc: the journal's folder is all there is.
library.$FS.createDefaultDevices = () => {};
library.$FS.createSpecialDirectories = () => {};
library.$FS.createStandardStreams = () => {};
const kUnused = ['$TTY', '$getRandomDevice', '$asyncLoad'];
library.$FS__deps = library.$FS__deps.filter((name) => !kUnused.includes(name));
