/**
 * The keyboard of a virtual X display: keys are pressed as if a person did, for
 * whatever browser has its window there.
 *
 * Speaks the X protocol over the display's own socket: a handful of requests, by the
 * numbers of the core protocol and of the extension XTEST.
 */

import { once } from 'node:events';
import { connect } from 'node:net';

import { kPatienceMs } from '../server/deadline.mjs';

/** Keysyms, of X.h's keysymdef. */
const kKeysyms = {
  Tab: 0xff09, Enter: 0xff0d, ' ': 0x20, '1': 0x31, '4': 0x34, ArrowRight: 0xff53, Shift: 0xffe1,
};

const kQueryTree = 15;
const kGetProperty = 20;
const kSetInputFocus = 42;
const kGetInputFocus = 43;
const kQueryExtension = 98;
const kGetKeyboardMapping = 101;
/** Of XTEST. */
const kFakeInput = 2;
const kKeyPress = 2;
const kKeyRelease = 3;
const kNameAtom = 39;
const kReplyBytes = 32;
/** Windows get their names, and are shown, at their own pace. */
const kLookMs = 50;

/** @typedef {keyof typeof kKeysyms} Key */

export class XKeyboard {
  #socket;
  #data = Buffer.alloc(0);
  #root = 0;
  #xtest = 0;
  /** @type {Map<number, number>} Keycodes by keysym. */
  #keycodes = new Map();

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (data) => (this.#data = Buffer.concat([this.#data, data])));
  }

  /** @param {string} display  ':7' */
  static async open(display) {
    const socket = connect(`/tmp/.X11-unix/X${display.slice(1)}`);
    await once(socket, 'connect');
    const keyboard = new XKeyboard(socket);
    await keyboard.#introduce();
    return keyboard;
  }

  async #introduce() {
    // Little-endian, version 11.0, without a name or a secret.
    this.#socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const head = await this.#read(8);
    const setup = await this.#read(4 * head.readUInt16LE(6));
    if (head[0] !== 1) throw new Error(`the display refuses us: ${setup.toString('latin1')}`);
    const vendorBytes = Math.ceil(setup.readUInt16LE(16) / 4) * 4;
    this.#root = setup.readUInt32LE(32 + vendorBytes + 8 * setup[21]);
    const [first, last] = [setup[26], setup[27]];

    const name = Buffer.from('XTEST\0\0\0');
    const extension = await this.#ask(kQueryExtension, 0, Buffer.from([5, 0, 0, 0]), name);
    if (extension[8] !== 1) throw new Error('the display has no XTEST');
    this.#xtest = extension[9];

    const mapping = await this.#ask(
      kGetKeyboardMapping, 0, Buffer.from([first, last - first + 1, 0, 0]));
    const each = mapping[1];
    for (let code = last; code >= first; code -= 1) {
      const keysym = mapping.readUInt32LE(kReplyBytes + 4 * each * (code - first));
      this.#keycodes.set(keysym, code);
    }
  }

  /**
   * Resolves when keys go to the window that has this in its name.
   *
   * @param {string} name
   */
  async focus(name) {
    for (const endMs = Date.now() + kPatienceMs; Date.now() < endMs;) {
      const window = await this.#find(name);
      if (window) {
        // Refused while the window is not shown.
        this.#send(kSetInputFocus, 1, words(window, 0));
        const answer = await this.#ask(kGetInputFocus, 0);
        if (answer.readUInt32LE(8) === window) return;
      }
      await new Promise((resolve) => setTimeout(resolve, kLookMs));
    }
    throw new Error(`no window is named ${name}`);
  }

  /** @param {string} name @returns {Promise<number | undefined>} */
  async #find(name) {
    const tree = await this.#ask(kQueryTree, 0, words(this.#root));
    for (let index = 0; index < tree.readUInt16LE(16); index += 1) {
      const window = tree.readUInt32LE(kReplyBytes + 4 * index);
      const property = await this.#ask(kGetProperty, 0, words(window, kNameAtom, 0, 0, 256));
      if (property.toString('latin1', kReplyBytes).includes(name)) return window;
    }
    return undefined;
  }

  /** @param {Key} key @param {boolean} [withShift] */
  press(key, withShift = false) {
    if (withShift) this.#fake(kKeyPress, 'Shift');
    this.#fake(kKeyPress, key);
    this.#fake(kKeyRelease, key);
    if (withShift) this.#fake(kKeyRelease, 'Shift');
  }

  /** @param {number} type @param {Key} key */
  #fake(type, key) {
    const event = Buffer.alloc(kReplyBytes);
    event[0] = type;
    event[1] = this.#keycodes.get(kKeysyms[key]) ?? 0;
    this.#send(this.#xtest, kFakeInput, event);
  }

  close() {
    this.#socket.destroy();
  }

  /** @param {number} opcode @param {number} detail @param {Buffer[]} parts */
  #send(opcode, detail, ...parts) {
    const body = Buffer.concat(parts);
    const head = Buffer.from([opcode, detail, 0, 0]);
    head.writeUInt16LE(1 + body.length / 4, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }

  /**
   * @param {number} opcode
   * @param {number} detail
   * @param {Buffer[]} parts
   * @returns {Promise<Buffer>} The reply. One question at a time.
   */
  async #ask(opcode, detail, ...parts) {
    this.#send(opcode, detail, ...parts);
    for (;;) {
      const head = await this.#read(kReplyBytes);
      // Errors are of requests without a reply, or of windows that have gone meanwhile.
      if (head[0] === 0 && head[10] === opcode) return Buffer.alloc(kReplyBytes);
      if (head[0] === 1) {
        return Buffer.concat([head, await this.#read(4 * head.readUInt32LE(4))]);
      }
    }
  }

  /** @param {number} length @returns {Promise<Buffer>} */
  async #read(length) {
    while (this.#data.length < length) await once(this.#socket, 'data');
    const bytes = this.#data.subarray(0, length);
    this.#data = this.#data.subarray(length);
    return bytes;
  }
}

/** @param {number[]} values */
function words(...values) {
  return Buffer.from(new Uint32Array(values).buffer);
}
