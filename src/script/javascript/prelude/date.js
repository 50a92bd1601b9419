// Date in the session's TIMEZONE and on the account's clock, whatever the machine's are.
(function (house) {
  'use strict';

  const Native = Date;
  const proto = Native.prototype;
  const { apply, construct } = Reflect;
  const { hidden } = house;
  const own = (name) => {
    const native = proto[name];
    return (date, ...args) => apply(native, date, args);
  };
  const getTime = own('getTime');
  const setTime = own('setTime');

  // The instant whose UTC fields are the date's local ones.
  const local = (date) => {
    const time = getTime(date);
    return new Native(time === time ? time + house.offset(time) : time);
  };
  const fromLocal = (time) => (time === time ? house.utc(time) : time);

  for (const field of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    const get = own('getUTC' + field);
    hidden(proto, 'get' + field, { ['get' + field]() {
      return get(local(this));
    } }['get' + field]);
    if (field === 'Day') {
      continue;
    }
    const set = own('setUTC' + field);
    hidden(proto, 'set' + field, { ['set' + field](...args) {
      const changed = local(this);
      if (field === 'FullYear' && getTime(changed) !== getTime(changed)) {
        setTime(changed, 0);
      }
      return setTime(this, fromLocal(set(changed, ...args)));
    } }['set' + field]);
  }

  const year = own('getUTCFullYear');
  const month = own('getUTCMonth');
  const day = own('getUTCDate');
  const weekday = own('getUTCDay');
  const hour = own('getUTCHours');
  const minute = own('getUTCMinutes');
  const second = own('getUTCSeconds');
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (number) => String(number).padStart(2, '0');
  const years = (number) => (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(4, '0');
  const dateText = (at) => `${days[weekday(at)]} ${months[month(at)]} ${two(day(at))} ${years(year(at))}`;
  const timeText = (at, time) => {
    const minutes = Math.trunc(house.offset(time) / 60000);
    const distance = Math.abs(minutes);
    const offset = (minutes < 0 ? '-' : '+') + two(Math.trunc(distance / 60)) + two(distance % 60);
    return `${two(hour(at))}:${two(minute(at))}:${two(second(at))} GMT${offset} (${house.zone(time)})`;
  };
  const usDate = (at) => `${month(at) + 1}/${day(at)}/${year(at)}`;
  const usTime = (at) =>
    `${hour(at) % 12 || 12}:${two(minute(at))}:${two(second(at))} ${hour(at) < 12 ? 'AM' : 'PM'}`;
  const shown = (name, write) =>
    hidden(proto, name, { [name](locale, options) {
      const time = getTime(this);
      if (time !== time) {
        return 'Invalid Date';
      }
      if (name.startsWith('toLocale') && (options !== undefined || (locale !== undefined && locale !== 'en-US'))) {
        throw new RangeError(`${name} knows the locale en-US without options only`);
      }
      return write(local(this), time);
    } }[name]);
  shown('toString', (at, time) => `${dateText(at)} ${timeText(at, time)}`);
  shown('toDateString', dateText);
  shown('toTimeString', timeText);
  shown('toLocaleString', (at) => `${usDate(at)}, ${usTime(at)}`);
  shown('toLocaleDateString', usDate);
  shown('toLocaleTimeString', usTime);
  hidden(proto, 'getYear', function getYear() {
    return year(local(this)) - 1900;
  });
  hidden(proto, 'getTimezoneOffset', function getTimezoneOffset() {
    const time = getTime(this);
    return time === time ? -house.offset(time) / 60000 : time;
  });

  // A text without a zone is local time, except the ISO form of a day alone. The engine reads it in the machine's zone,
  // whose fields are those that the text has.
  const zoned = /(?:(?:^|[^a-z])(?:z|utc|gmt|[ecmp][sd]t)|[+-]\d\d:?(?:\d\d)?)\s*(?:\(.*\))?\s*$/i;
  const isoDay = /^\s*[+-]?\d{4,6}(?:-\d\d(?:-\d\d)?)?\s*$/;
  const fields = ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];
  const machine = fields.map((field) => house.machine['get' + field]);
  const { test } = RegExp.prototype;
  const parse = (text) => {
    const time = Native.parse(text);
    const isDay = apply(test, isoDay, [text]);
    if (time !== time || isDay || (apply(test, zoned, [text]) && /:|[a-z]/i.test(text))) {
      return time;
    }
    const read = new Native(time);
    return fromLocal(Native.UTC(...machine.map((get) => apply(get, read, []))));
  };

  const isDate = (value) => {
    try {
      getTime(value);
      return true;
    } catch {
      return false;
    }
  };
  const Zoned = function Date(...args) {
    if (new.target === undefined) {
      return new Zoned().toString();
    }
    let time;
    if (args.length === 0) {
      time = house.now();
    } else if (args.length === 1) {
      const value = isDate(args[0]) ? getTime(args[0]) : args[0];
      const primitive = typeof value === 'object' && value !== null ? value.valueOf() : value;
      time = typeof primitive === 'string' ? parse(primitive) : Number(primitive);
    } else {
      time = fromLocal(Native.UTC(...args));
    }
    return construct(Native, [time], new.target);
  };
  Object.defineProperty(Zoned, 'prototype', { value: proto, writable: false });
  Object.defineProperty(Zoned, 'length', { value: 7, configurable: true });
  hidden(Zoned, 'UTC', Native.UTC);
  hidden(Zoned, 'parse', function (text) {
    return parse(String(text));
  });
  Object.defineProperty(Zoned.parse, 'name', { value: 'parse' });
  hidden(Zoned, 'now', function now() {
    return house.now();
  });
  hidden(proto, 'constructor', Zoned);
  hidden(globalThis, 'Date', Zoned);

  house.isDate = isDate;
  house.time = getTime;
  house.date = (time) => construct(Native, [time], Zoned);
});
