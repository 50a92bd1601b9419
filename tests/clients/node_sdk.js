// Snowflake's Node.js client against `snowglobe serve`: values of every type, binds, arrays of binds, streams of rows,
// transactions, errors.
//
// Usage: node node_sdk.js HOST:PORT, with the folder of snowflake-sdk in NODE_PATH.
'use strict';

const assert = require('node:assert');
const snowflake = require('snowflake-sdk');

snowflake.configure({ logLevel: 'OFF' });

const created = (more = {}) =>
  snowflake.createConnection({
    accessUrl: `http://${process.argv[2]}`,
    account: 'test',
    username: 'u',
    password: 'p',
    ...more,
  });

const connection = created();
// Sends arrays of binds by way of a stage.
const staging = created({ arrayBindingThreshold: 100 });

const connected = (by) =>
  new Promise((resolve, reject) => by.connect((error) => (error ? reject(error) : resolve())));

const closed = (by) =>
  new Promise((resolve, reject) => by.destroy((error) => (error ? reject(error) : resolve())));

const run = (sqlText, binds, more = {}, by = connection) =>
  new Promise((resolve, reject) =>
    by.execute({
      sqlText,
      binds,
      ...more,
      complete: (error, statement, rows) => (error ? reject(error) : resolve({ statement, rows })),
    }));

async function values() {
  const { rows, statement } = await run(
    `SELECT 1 AS I, 12.5::NUMBER(10,2) AS D, 1.5::FLOAT AS F, 'text' AS S, TRUE AS B, NULL AS N,
            '2026-01-02'::DATE AS DAY, '2026-01-02 03:04:05.678'::TIMESTAMP_NTZ AS NTZ, '03:04:05'::TIME AS T,
            X'CAFE' AS X, PARSE_JSON('{"a": [1, 2]}') AS V`);
  const [row] = rows;
  assert.deepStrictEqual([row.I, row.D, row.F, row.S, row.B, row.N], [1, 12.5, 1.5, 'text', true, null]);
  assert.strictEqual(row.DAY.toISOString(), '2026-01-02T00:00:00.000Z');
  assert.strictEqual(row.NTZ.toISOString(), '2026-01-02T03:04:05.678Z');
  assert.strictEqual(row.T, '03:04:05');
  assert.strictEqual(row.X.toString('hex'), 'cafe');
  assert.deepStrictEqual(row.V, { a: [1, 2] });
  const columns = statement.getColumns().map((column) => `${column.getName()} ${column.getType()}`);
  assert.strictEqual(columns.slice(0, 4).join(', '), 'I fixed, D fixed, F real, S text');
}

async function tables() {
  await run('CREATE OR REPLACE DATABASE NODE_SDK');
  await run('CREATE TABLE T (ID NUMBER, NAME VARCHAR, AMOUNT NUMBER(10,2), OK BOOLEAN)');
  const one = await run('INSERT INTO T VALUES (?, ?, ?, ?)', [1, 'one', 1.25, true]);
  assert.strictEqual(one.statement.getNumUpdatedRows(), 1);
  const many = [];
  for (let id = 2; id <= 1000; id += 1) many.push([id, id % 7 ? `name ${id}` : null, id / 4, id % 2 === 0]);
  const bulk = await run('INSERT INTO T VALUES (?, ?, ?, ?)', many);
  assert.strictEqual(bulk.statement.getNumUpdatedRows(), 999);
  await run('CREATE TABLE STAGED LIKE T');
  await run('USE SCHEMA NODE_SDK.PUBLIC', undefined, {}, staging);
  const staged = await run('INSERT INTO STAGED VALUES (?, ?, ?, ?)', many, {}, staging);
  assert.strictEqual(staged.statement.getNumUpdatedRows(), 999);
  const found = await run('SELECT * FROM STAGED ORDER BY ID');
  assert.deepStrictEqual(found.rows.map(Object.values), many);
  const { rows } = await run('SELECT COUNT(*) AS N, SUM(AMOUNT) AS S, COUNT(NAME) AS C FROM T WHERE ID >= :1', [1]);
  assert.deepStrictEqual(rows, [{ N: 1000, S: 125126, C: 858 }]);
  const updated = await run("UPDATE T SET NAME = 'x' WHERE NAME IS NULL");
  assert.strictEqual(updated.statement.getNumUpdatedRows(), 142);
}

async function streams() {
  const { statement } = await run(
    'SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 200000))', undefined, { streamResult: true });
  let count = 0;
  let sum = 0;
  for await (const row of statement.streamRows()) {
    count += 1;
    sum += row.N;
  }
  assert.deepStrictEqual([count, sum], [200000, 19999900000]);
}

async function transactions() {
  await run('BEGIN');
  await run('DELETE FROM T');
  await run('ROLLBACK');
  const { rows } = await run('SELECT COUNT(*) AS N FROM T');
  assert.strictEqual(rows[0].N, 1000);
}

async function errors() {
  await assert.rejects(run('SELECT * FROM NOSUCH'), (error) => {
    assert.strictEqual(error.code, '002003');
    assert.strictEqual(error.sqlState, '42S02');
    return true;
  });
  await assert.rejects(run('SELECT 1 / 0'), (error) => error.code === '100051' && error.sqlState === '22012');
}

async function main() {
  await connected(connection);
  await connected(staging);
  for (const step of [values, tables, streams, transactions, errors]) await step();
  await run('DROP DATABASE NODE_SDK');
  await closed(connection);
  await closed(staging);
  console.log('snowflake-sdk: values, binds, row streams, transactions, errors');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
