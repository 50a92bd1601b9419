// What was thrown, as Rust reports it, and where.
(function (house) {
  'use strict';

  const known = new WeakMap();
  const find = /<handler>:(\d+):(\d+)/;
  const lines = house.body.split('\n');

  // The place in the handler that called the API: V8 counts from the method's name.
  const where = (stack, method) => {
    const found = find.exec(stack);
    if (!found) {
      return { line: 1, position: 0 };
    }
    const line = Number(found[1]) - house.first + 1;
    const reported = Number(found[2]) - 1;
    const text = lines[line - 1] ?? '';
    let position = reported;
    let nearest = Infinity;
    for (let at = text.indexOf(method); at >= 0; at = text.indexOf(method, at + 1)) {
      if (Math.abs(at - reported) < nearest) {
        nearest = Math.abs(at - reported);
        position = at;
      }
    }
    return { line, position };
  };

  // Throws what `catch` sees of a failed call of the API.
  house.fail = (holder, method, { code, state, message }) => {
    const error = new Error(message);
    const { line, position } = where(error.stack, method);
    const stackTraceTxt = `${holder}.${method}, line ${line} position ${position}`;
    house.hidden(error, 'name', '');
    for (const [name, value] of Object.entries({ message, code, state, stackTraceTxt })) {
      Object.defineProperty(error, name, { value, writable: true, enumerable: true, configurable: true });
    }
    known.set(error, stackTraceTxt);
    throw error;
  };

  const textOf = (thrown) => {
    if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null) {
      return house.text(thrown);
    }
    const name = thrown.constructor && thrown.constructor.name;
    return `#<${name || 'Object'}>`;
  };
  house.describe = (thrown) => {
    const at = known.get(thrown);
    if (at !== undefined) {
      return { text: house.text(thrown.message), at, stack: '', syntax: false };
    }
    let text;
    try {
      text = textOf(thrown);
    } catch {
      text = 'an error that has no text';
    }
    const isError = thrown instanceof Error;
    return {
      text,
      stack: isError ? String(thrown.stack) : '',
      syntax: thrown instanceof SyntaxError,
    };
  };
});
