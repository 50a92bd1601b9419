// What Rust asks about values, and SfDate.
(function (house) {
  'use strict';

  const { isDate, time } = house;
  const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  const { apply } = Reflect;
  const { fromCharCode } = String;
  const wellFormed = String.prototype.toWellFormed;

  // A timestamp from a result: the instant in milliseconds as a Date has it, and beside it all its digits.
  class SfDate extends Date {
    #parts;

    constructor(at, parts) {
      super(at);
      this.#parts = { at, ...parts };
    }

    #own() {
      const at = time(this);
      if (at === this.#parts.at) {
        return this.#parts;
      }
      const seconds = Math.floor(at / 1000);
      return { ...this.#parts, seconds, nanos: (at - seconds * 1000) * 1000000, wall: undefined };
    }

    getEpochSeconds() {
      return this.#own().seconds;
    }

    getNanoSeconds() {
      return this.#own().nanos;
    }

    getScale() {
      return this.#parts.scale;
    }

    getTimezone() {
      return this.#parts.minutes;
    }

    static parts(value) {
      return typeof value === 'object' && value !== null && #parts in value ? value.#own() : undefined;
    }
  }
  const { parts } = SfDate;
  delete SfDate.parts;

  house.sfDate = (at, kind, seconds, nanos, scale, minutes, wall) =>
    new SfDate(at, { kind, seconds, nanos, scale, minutes, wall });
  house.parts = parts;
  house.kind = (value) => {
    if (parts(value)) {
      return 'timestamp';
    }
    if (isDate(value)) {
      return 'date';
    }
    return apply(tag, value, []) === 'Uint8Array' ? 'bytes' : 'object';
  };
  house.text = (value) => apply(wellFormed, String(value), []);
  house.number = (value) => Number(value);
  house.truth = (value) => Boolean(value);
  // Bytes go to Rust as the characters U+0000 to U+00FF.
  house.bytes = (value) => {
    let text = '';
    for (let at = 0; at < value.length; at += 4096) {
      text += apply(fromCharCode, null, value.subarray(at, at + 4096));
    }
    return text;
  };
  // What a table function writes its rows with.
  house.rowWriter = (write, values) => {
    const rowWriter = {};
    house.hidden(rowWriter, 'writeRow', function writeRow(row) {
      write(values, Object(row));
    });
    return rowWriter;
  };
});
