// Emscripten's file system for what the journal's folder needs of it: IDBFS on
// MEMFS, files and folders by absolute path. Its own FS is eight times as large,
// for devices, links, owners, permissions, relative paths and standard streams.
//
// A js-library: emcc takes it after its own, and what has the same name here
// replaces what is there. The rest of IDBFS and MEMFS stays as it is.
//
// Paths are absolute, without '.', '..' or a '/' at their end. Files are opened to
// be read, or with O_APPEND and O_CREAT to be written: src/journal/posix_directory.cc
// is the only caller, and tests/bindings sees to it that it asks for nothing else.
{
  const { library } = LibraryManager;

  library.$FS__deps = ['$MEMFS', '$IDBFS'];
  library.$FS__postset = 'FS.root = MEMFS.mount();';
  library.$FS = {
    mounts: [],
    streams: [],
    ErrnoError: class extends Error {
      constructor(errno) {
        super(`errno ${errno}`);
        this.errno = errno;
      }
    },

    isDir: (mode) => (mode & {{{ cDefine('S_IFMT') }}}) === {{{ cDefine('S_IFDIR') }}},
    isFile: (mode) => (mode & {{{ cDefine('S_IFMT') }}}) === {{{ cDefine('S_IFREG') }}},

    lookupNode: (folder, name) => {
      if (Object.hasOwn(folder.contents, name)) return folder.contents[name];
      throw new FS.ErrnoError({{{ cDefine('ENOENT') }}});
    },
    ensureNode: (folder, name, mode) =>
      Object.hasOwn(folder.contents, name)
        ? folder.contents[name]
        : MEMFS.createNode(folder, name, mode),
    lookupPath: (path) => ({ node: path.split('/').slice(1).reduce(FS.lookupNode, FS.root) }),
    lookupParent: (path) => {
      const end = path.lastIndexOf('/');
      return { folder: FS.lookupPath(path.slice(0, end)).node, name: path.slice(end + 1) };
    },

    // What is mounted takes the folder's place.
    mount: (type, opts, mountpoint) => {
      const { folder, name } = FS.lookupParent(mountpoint);
      const mount = { type, opts, mountpoint };
      folder.contents[name] = type.mount(mount);
      FS.mounts.push(mount);
    },
    syncfs: (populate, callback) => {
      let waiting = FS.mounts.length;
      for (const mount of FS.mounts) {
        mount.type.syncfs(mount, populate, (error) => {
          if (waiting === 0) return;
          waiting = error ? 0 : waiting - 1;
          if (waiting === 0) callback(error);
        });
      }
    },

    mkdirTree: (path, mode = {{{ cDefine('S_IRWXUGO') }}}) => {
      let folder = FS.root;
      for (const name of path.split('/').slice(1)) {
        folder = FS.ensureNode(folder, name, mode | {{{ cDefine('S_IFDIR') }}});
      }
    },
    // The bytes are the file's own from then on: IDBFS hands them over.
    writeFile: (path, bytes) => {
      const { folder, name } = FS.lookupParent(path);
      const node = MEMFS.createNode(folder, name, {{{ cDefine('S_IFREG') }}});
      Object.assign(node, { contents: bytes, usedBytes: bytes.length });
    },
    unlink: (path) => {
      const { folder, name } = FS.lookupParent(path);
      FS.lookupNode(folder, name);
      MEMFS.node_ops.unlink(folder, name);
    },
    readdir: (path) => MEMFS.node_ops.readdir(FS.lookupPath(path).node),
    stat: (path) => MEMFS.node_ops.getattr(FS.lookupPath(path).node),
    // The whole mode, type and all, as IDBFS stores it.
    chmod: (path, mode) => {
      FS.lookupPath(path).node.mode = mode;
    },
    utime: (path, atime, mtime) => {
      FS.lookupPath(path).node.timestamp = Number(mtime);
    },

    open: (path, flags, mode) => {
      const { folder, name } = FS.lookupParent(path);
      const node =
        flags & {{{ cDefine('O_CREAT') }}}
          ? FS.ensureNode(folder, name, mode | {{{ cDefine('S_IFREG') }}})
          : FS.lookupNode(folder, name);
      let fd = 0;
      while (FS.streams[fd]) fd += 1;
      FS.streams[fd] = { path, node, position: 0 };
      return fd;
    },
  };

  library.$MEMFS__deps = ['$FS'];
  library.$MEMFS.createNode = (folder, name, mode) => {
    const timestamp = Date.now();
    const node = FS.isDir(mode)
      ? { mode, timestamp, contents: {} }
      : { mode, timestamp, contents: new Uint8Array(), usedBytes: 0 };
    if (folder) {
      folder.contents[name] = node;
      folder.timestamp = timestamp;
    }
    return node;
  };
  library.$MEMFS.node_ops.getattr = ({ mode, usedBytes, timestamp }) => ({
    mode,
    size: usedBytes,
    mtime: new Date(timestamp),
  });
  library.$MEMFS.node_ops.readdir = ({ contents }) => ['.', '..', ...Object.keys(contents)];
  // What somebody else has put into the database need not be bytes.
  library.$MEMFS.getFileDataAsTypedArray = (node) =>
    new Uint8Array(node.contents).subarray(0, node.usedBytes);
  library.$MEMFS.mount = () => MEMFS.createNode(null, '', {{{ cDefine('S_IFDIR') }}});
  library.$IDBFS.mount = () => MEMFS.mount();
  // A folder as well, with all that is in it.
  library.$IDBFS.removeLocalEntry = (path, callback) => {
    try {
      FS.unlink(path);
    } catch (error) {
      return callback(error);
    }
    callback(null);
  };
  library.$PATH = { join2: (folder, name) => `${folder}/${name}` };

  // Nothing calls these any more.
  const unused = {
    $MEMFS: ['ops_table', 'resizeFileStorage', 'stream_ops'],
    // The half that speaks to IndexedDB: js/service-worker/journal-folder.js has
    // a correct one.
    $IDBFS: [
      'dbs', 'indexedDB', 'DB_VERSION', 'DB_STORE_NAME', 'syncfs', 'getDB', 'getRemoteSet',
      'loadRemoteEntry', 'storeRemoteEntry', 'removeRemoteEntry', 'reconcile',
    ],
  };
  for (const [object, members] of Object.entries(unused)) {
    for (const member of members) delete library[object][member];
  }
  for (const member of [
    'setattr', 'lookup', 'mknod', 'rename', 'rmdir', 'symlink', 'readlink',
  ]) {
    delete library.$MEMFS.node_ops[member];
  }

  // The system calls. What the first two return below zero is an error's number.
  Object.assign(library, {
    $resultOf__deps: ['$FS'],
    $resultOf: function(call) {
      try {
        return call();
      } catch (error) {
        if (error instanceof FS.ErrnoError) return -error.errno;
        throw error;
      }
    },
    __syscall_open__deps: ['$resultOf', '$readLatin1String'],
    __syscall_open: function(path, flags, variable) {
      return resultOf(() => FS.open(readLatin1String(path), flags, HEAP32[variable >> 2]));
    },
    __syscall_unlink__deps: ['$resultOf', '$readLatin1String'],
    __syscall_unlink: function(path) {
      return resultOf(() => {
        FS.unlink(readLatin1String(path));
        return 0;
      });
    },
    // Of a dirent, readdir() needs its size, and posix_directory.cc the name.
    __syscall_getdents64__deps: ['$FS'],
    __syscall_getdents64: function(fd, begin, size) {
      const stream = FS.streams[fd];
      const names = FS.readdir(stream.path).slice(stream.position);
      let entry = begin;
      for (const name of names) {
        const next = entry + {{{ C_STRUCTS.dirent.__size__ }}};
        if (next > begin + size) break;
        const text = entry + {{{ C_STRUCTS.dirent.d_name }}};
        {{{ makeSetValue('entry', C_STRUCTS.dirent.d_reclen, C_STRUCTS.dirent.__size__, 'i16') }}};
        const { written } = new TextEncoder().encodeInto(name, HEAPU8.subarray(text, next - 1));
        HEAPU8[text + written] = 0;
        stream.position += 1;
        entry = next;
      }
      return entry - begin;
    },
    fd_close__deps: ['$FS'],
    fd_close: function(fd) {
      delete FS.streams[fd];
      return 0;
    },
    // The C library's read() and write() pass one vector: where, and how much.
    fd_read__deps: ['$FS', '$MEMFS'],
    fd_read: function(fd, vectors, count, total) {
      const stream = FS.streams[fd];
      const [begin, length] = HEAPU32.subarray(vectors >> 2);
      const file = MEMFS.getFileDataAsTypedArray(stream.node);
      const bytes = file.subarray(stream.position, stream.position + length);
      HEAPU8.set(bytes, begin);
      stream.position += bytes.length;
      HEAPU32[total >> 2] = bytes.length;
      return 0;
    },
    fd_write__deps: ['$FS', '$MEMFS'],
    fd_write: function(fd, vectors, count, total) {
      const { node } = FS.streams[fd];
      const [begin, length] = HEAPU32.subarray(vectors >> 2);
      const end = node.usedBytes + length;
      MEMFS.expandFileStorage(node, end);
      node.contents.set(HEAPU8.subarray(begin, begin + length), node.usedBytes);
      Object.assign(node, { usedBytes: end, timestamp: Date.now() });
      HEAPU32[total >> 2] = length;
      return 0;
    },
  });
}
