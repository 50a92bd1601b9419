// The object `snowflake`, and in procedures the classes Statement and ResultSet.
// https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-api
(function (house) {
  'use strict';

  const OWN = { code: 100183, state: 'P0000' };
  const fail = (holder, method, message) => house.fail(holder, method, { ...OWN, message });
  const levels = ['off', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  const attributesOf = (value) => (value === undefined ? '' : JSON.stringify(value) ?? '');

  class Snowflake {
    log(level, message, attributes) {
      if (typeof level !== 'string' || !levels.includes(level.toLowerCase())) {
        fail('Snowflake', 'log', `Unknown log level: ${house.text(level)}`);
      }
      house.log(level.toLowerCase(), house.text(message), attributesOf(attributes));
    }

    addEvent(name, attributes) {
      if (typeof name !== 'string' || arguments.length > 2) {
        fail('Snowflake', 'addEvent', 'addEvent takes a name and, if wanted, an object of attributes');
      }
      house.log('event', house.text(name), attributesOf(attributes));
    }

    setSpanAttribute(key, value) {
      if (typeof key !== 'string' || arguments.length !== 2) {
        fail('Snowflake', 'setSpanAttribute', 'setSpanAttribute takes a key and a value');
      }
      house.log('span', house.text(key), attributesOf(value));
    }
  }

  if (house.run) {
    // What a statement with binds gets: numbers, texts, SfDate and null.
    const command = (method, options) => {
      const sqlText = options === null || options === undefined ? undefined : options.sqlText;
      if (typeof sqlText !== 'string' || sqlText.trim() === '') {
        fail('Snowflake', method, 'empty argument passed');
      }
      const binds = options.binds ?? [];
      if (!Array.isArray(binds)) {
        fail('Snowflake', method, `Invalid binds argument${house.text(binds)}. Error: binds is no array`);
      }
      binds.forEach((value, at) => {
        const plain = value === null || typeof value === 'number' || typeof value === 'string';
        if (!plain && !house.parts(value)) {
          const list = binds.map((each) => house.text(each)).join(',');
          const message = `Unsupported type for binding argument ${at + 1}${house.text(value)}`;
          fail('Snowflake', method, `Invalid binds argument${list}. Error: ${message}`);
        }
      });
      return { sqlText, binds: [...binds] };
    };
    const execute = (holder, { sqlText, binds }) => {
      const outcome = house.run(house, sqlText, binds);
      if (outcome.error) {
        house.fail(holder, 'execute', outcome.error);
      }
      return outcome;
    };

    // Which column an index (from 1) or a name means.
    const columnOf = (holder, method, outcome, which) => {
      const { columns } = outcome;
      const at = typeof which === 'number' ? which - 1 : columns.findIndex(({ name }) => name === String(which));
      if (!Number.isInteger(at) || at < 0 || at >= columns.length) {
        fail(holder, method, `Given column name/index does not exist: ${house.text(which)}`);
      }
      return at;
    };
    const counted = (outcome, what) => {
      let total = 0;
      outcome.columns.forEach(({ name }, at) => {
        if (name.startsWith(what) && outcome.rows > 0) {
          total += Number(outcome.text(house, 0, at));
        }
      });
      return total;
    };

    class ResultSet {
      #outcome;
      #row = -1;

      constructor(outcome) {
        this.#outcome = outcome;
        outcome.columns.forEach(({ name }) => {
          if (!(name in this)) {
            const get = () => this.getColumnValue(name);
            Object.defineProperty(this, name, { get, enumerable: true, configurable: true });
          }
        });
      }

      #cell(method, which) {
        const outcome = this.#outcome;
        if (this.#row < 0 || this.#row >= outcome.rows) {
          fail('ResultSet', method, 'ResultSet is empty or not prepared (call next() first).');
        }
        return columnOf('ResultSet', method, outcome, which);
      }

      next() {
        if (this.#row < this.#outcome.rows) {
          this.#row += 1;
        }
        return this.#row < this.#outcome.rows;
      }

      getColumnValue(which) {
        const at = this.#cell('getColumnValue', which);
        return this.#outcome.cell(house, this.#row, at);
      }

      getColumnValueAsString(which) {
        const at = this.#cell('getColumnValueAsString', which);
        const value = this.#outcome.text(house, this.#row, at);
        return value === null ? null : String(value);
      }

      getColumnSqlType(which) {
        return this.#outcome.columns[this.#cell('getColumnSqlType', which)].sqlType;
      }

      getColumnCount() {
        return this.#outcome.columns.length;
      }

      getColumnName(which) {
        return this.#outcome.columns[columnOf('ResultSet', 'getColumnName', this.#outcome, which)].name;
      }

      getRowCount() {
        return this.#outcome.rows;
      }

      getNumRowsAffected() {
        return this.#outcome.affected;
      }

      getQueryId() {
        return this.#outcome.id;
      }
    }

    class Statement {
      #command;
      #outcome;

      constructor(given) {
        this.#command = given;
      }

      #done(method) {
        return this.#outcome ?? fail('Statement', method, 'Statement is not executed yet.');
      }

      #column(method, which) {
        const outcome = this.#done(method);
        return outcome.columns[columnOf('Statement', method, outcome, which)];
      }

      execute() {
        this.#outcome = execute('Statement', this.#command);
        return new ResultSet(this.#outcome);
      }

      getSqlText() {
        return this.#command.sqlText;
      }

      getQueryId() {
        return this.#done('getQueryId').id;
      }

      getRowCount() {
        return this.#done('getRowCount').rows;
      }

      getColumnCount() {
        return this.#done('getColumnCount').columns.length;
      }

      getNumRowsAffected() {
        return this.#done('getNumRowsAffected').affected;
      }

      getNumRowsInserted() {
        return counted(this.#done('getNumRowsInserted'), 'number of rows inserted');
      }

      getNumRowsUpdated() {
        return counted(this.#done('getNumRowsUpdated'), 'number of rows updated');
      }

      getNumRowsDeleted() {
        return counted(this.#done('getNumRowsDeleted'), 'number of rows deleted');
      }

      getNumDuplicateRowsUpdated() {
        return counted(this.#done('getNumDuplicateRowsUpdated'), 'number of multi-joined rows updated');
      }

      getColumnName(which) {
        return this.#column('getColumnName', which).name;
      }

      getColumnScale(which) {
        return this.#column('getColumnScale', which).scale;
      }

      getColumnSqlType(which) {
        return this.#column('getColumnSqlType', which).sqlType;
      }

      getColumnType(which) {
        return this.#column('getColumnType', which).type;
      }

      isColumnNullable(which) {
        return this.#column('isColumnNullable', which).nullable;
      }

      static {
        for (const kind of house.kinds) {
          const method = 'isColumn' + kind;
          house.hidden(this.prototype, method, { [method](which) {
            return this.#column(method, which).kind === kind;
          } }[method]);
        }
      }
    }

    house.hidden(Snowflake.prototype, 'createStatement', { createStatement(options) {
      return new Statement(command('createStatement', options));
    } }.createStatement);
    house.hidden(Snowflake.prototype, 'execute', { execute(options) {
      return new ResultSet(execute('Snowflake', command('execute', options)));
    } }.execute);
  }

  house.hidden(globalThis, 'snowflake', new Snowflake());
});
