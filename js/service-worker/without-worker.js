/**
 * What classes of ours extend in service workers, where a module of ours is
 * imported elsewhere: on a server, nobody makes such an event.
 */

const ExtendableEventOrLess = globalThis.ExtendableEvent ?? Event;

export { ExtendableEventOrLess as ExtendableEvent };
