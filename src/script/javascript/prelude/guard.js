// What a handler must not have, and what must be the same in every run.
(function (house) {
  'use strict';

  // As in a V8 that allows no code generation from strings.
  const refuse = () => {
    throw new EvalError('Code generation from strings disallowed for this context');
  };
  const hidden = (object, name, value) =>
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const kind of kinds) {
    const prototype = Object.getPrototypeOf(kind);
    const constructor = function Function() {
      refuse();
    };
    Object.defineProperty(constructor, 'prototype', { value: prototype, writable: false });
    hidden(prototype, 'constructor', constructor);
  }
  hidden(globalThis, 'Function', Object.getPrototypeOf(kinds[0]).constructor);
  hidden(globalThis, 'eval', function () {
    refuse();
  });

  // Mulberry32 over a seed that the house gives.
  let state = house.seed >>> 0;
  const word = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  hidden(Math, 'random', function random() {
    return ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000;
  });

  // V8 has a console without anybody behind it.
  const console = {};
  for (const name of ['debug', 'error', 'info', 'log', 'trace', 'warn']) {
    hidden(console, name, function () {});
  }
  hidden(globalThis, 'console', console);
  house.hidden = hidden;
});
