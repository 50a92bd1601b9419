-- Procedures in JavaScript: statements, binds, results, values both ways.
-- https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-javascript
-- https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-api
CREATE DATABASE D;
ALTER SESSION SET TIMEZONE = 'UTC';
CREATE TABLE FRUIT (ID INT, NAME VARCHAR, PRICE NUMBER(10, 4), SEEN TIMESTAMP_LTZ);
CREATE PROCEDURE PUT_FRUIT(NAME VARCHAR, PRICE FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS
$$
  var s = snowflake.createStatement({
    sqlText: "INSERT INTO FRUIT SELECT COALESCE(MAX(ID), 0) + 1, :1, :2, '2020-05-06 07:08:09.123456789' FROM FRUIT;",
    binds: [NAME, PRICE === undefined ? null : PRICE]
  });
  s.execute();
  return s.getNumRowsInserted();
$$;
CALL PUT_FRUIT('apple', 1.25);
CALL PUT_FRUIT('it''s a pear', 2);
CALL PUT_FRUIT('plum', NULL);
SELECT * FROM FRUIT ORDER BY ID;
-- Results by number and by name, with what they say of themselves.
CREATE PROCEDURE LIST_FRUIT(LEAST FLOAT) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: 'SELECT * FROM FRUIT WHERE ID >= ? ORDER BY ID', binds: [LEAST] });
  var rows = [];
  while (rs.next()) {
    rows.push({ id: rs.getColumnValue(1), name: rs.getColumnValue('NAME'), price: rs.PRICE, text: rs.getColumnValueAsString(3), type: rs.getColumnSqlType('SEEN') });
  }
  return { rows: rows, columns: rs.getColumnCount(), count: rs.getRowCount(), more: rs.next() };
$$;
CALL LIST_FRUIT(2);
CREATE PROCEDURE DESCRIBE_FRUIT() RETURNS ARRAY LANGUAGE JAVASCRIPT AS
$$
  var s = snowflake.createStatement({ sqlText: 'SELECT ID, NAME, PRICE, SEEN, TRUE AS YES, CURRENT_DATE() AS DAY, TO_TIME(\'1:02:03\') AS AT, PARSE_JSON(\'[1]\') AS V, 1.5::FLOAT AS F FROM FRUIT' });
  s.execute();
  var all = [];
  for (var i = 1; i <= s.getColumnCount(); i++) {
    all.push([s.getColumnName(i), s.getColumnType(i), s.getColumnSqlType(i), s.getColumnScale(i), s.isColumnNullable(i),
      ['Text', 'Number', 'Boolean', 'Date', 'Time', 'Timestamp', 'Variant', 'Array', 'Object', 'Binary'].filter(k => s['isColumn' + k](i)).join()].join(' '));
  }
  return all;
$$;
CALL DESCRIBE_FRUIT();
-- DML counts.
CREATE PROCEDURE COUNTS() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var counts = [];
  function run(sqlText) {
    var s = snowflake.createStatement({ sqlText });
    var rs = s.execute();
    counts.push([s.getNumRowsAffected(), s.getNumRowsInserted(), s.getNumRowsUpdated(), s.getNumRowsDeleted(), s.getNumDuplicateRowsUpdated(), rs.getNumRowsAffected()].join());
  }
  run("INSERT INTO FRUIT (ID, NAME) VALUES (10, 'x'), (11, 'y')");
  run("UPDATE FRUIT SET PRICE = 9 WHERE ID >= 10");
  run("MERGE INTO FRUIT USING (SELECT 11 AS ID, 'z' AS NAME UNION ALL SELECT 12, 'new') S ON FRUIT.ID = S.ID WHEN MATCHED THEN UPDATE SET NAME = S.NAME WHEN NOT MATCHED THEN INSERT (ID, NAME) VALUES (S.ID, S.NAME)");
  run("DELETE FROM FRUIT WHERE ID >= 10");
  run("SELECT 1");
  return counts.join(' | ');
$$;
CALL COUNTS();
-- Values of every type, as arguments and from results.
CREATE PROCEDURE SEE(T VARCHAR, F FLOAT, B BOOLEAN, D DATE, N TIMESTAMP_NTZ, L TIMESTAMP_LTZ, Z TIMESTAMP_TZ, V VARIANT, O OBJECT, A ARRAY, X BINARY) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  return [T, F, B, D instanceof Date && D.toISOString(), N.toISOString(), L.toISOString(), Z.toISOString(), JSON.stringify(V), O.k.length, Array.isArray(A) && A[1], X instanceof Uint8Array && X[2]].join(' | ');
$$;
CALL SEE('text', 0.1, TRUE, '2020-02-03', '2020-02-03 04:05:06.789123', '2020-02-03 04:05:06', '2020-02-03 04:05:06 +0200', PARSE_JSON('{"a": [1, null, "x", 1.5]}'), OBJECT_CONSTRUCT('k', 'four'), ARRAY_CONSTRUCT(1, 'two'), TO_BINARY('010203'));
CREATE PROCEDURE NOTHING(T VARCHAR, V VARIANT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return [T === undefined, V === undefined, V === null].join();';
CALL NOTHING(NULL, NULL);
CALL NOTHING('', PARSE_JSON('null'));
CREATE PROCEDURE FETCH(QUERY VARCHAR) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: QUERY });
  rs.next();
  var v = rs.getColumnValue(1);
  return { type: v === null ? 'null' : typeof v, shown: String(v), text: rs.getColumnValueAsString(1) };
$$;
CALL FETCH('SELECT NULL');
CALL FETCH('SELECT 12345678901234567890');
CALL FETCH('SELECT TO_TIME(''10:11:12'')');
CALL FETCH('SELECT FALSE');
CALL FETCH('SELECT ''2020-02-03''::DATE');
CALL FETCH('SELECT PARSE_JSON(''{"a":1}'')');
CALL FETCH('SELECT 0.1::FLOAT + 0.2::FLOAT');
-- SfDate keeps all its digits.
CREATE PROCEDURE MOMENT(QUERY VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: QUERY });
  rs.next();
  var d = rs.getColumnValue(1);
  return [d.getEpochSeconds(), d.getNanoSeconds(), d.getScale(), d.getTimezone(), d.toString(), d instanceof Date].join(' | ');
$$;
CALL MOMENT('SELECT ''1970-01-01 00:00:01.987654321''::TIMESTAMP_NTZ');
CALL MOMENT('SELECT ''1970-01-01 00:00:01.12''::TIMESTAMP_NTZ(2)');
CALL MOMENT('SELECT ''1970-01-01 00:00:01 -0800''::TIMESTAMP_TZ');
CALL MOMENT('SELECT ''1971-01-01 00:00:00.000123456 +1100''::TIMESTAMP_TZ');
CREATE TABLE TIMES (L TIMESTAMP_LTZ, N TIMESTAMP_NTZ, Z TIMESTAMP_TZ, D DATE, T TIME);
CREATE PROCEDURE COPY_TIMES() RETURNS TIMESTAMP_TZ LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: "SELECT '2008-11-18 16:00:00.123456789 +0300'::TIMESTAMP_TZ, '2008-11-18 16:00:00.123456789'::TIMESTAMP_NTZ" });
  rs.next();
  snowflake.execute({ sqlText: 'INSERT INTO TIMES VALUES (:1, :2, :1, :1, :3)', binds: [rs.getColumnValue(1), rs.getColumnValue(2), '12:30:00.123'] });
  return rs.getColumnValue(1);
$$;
CALL COPY_TIMES();
SELECT * FROM TIMES;
-- What is returned becomes the declared type.
CREATE PROCEDURE AS_TEXT() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1.5;';
CALL AS_TEXT();
CREATE PROCEDURE AS_FLOAT() RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return "42";';
CALL AS_FLOAT();
CREATE PROCEDURE AS_TRUTH() RETURNS BOOLEAN LANGUAGE JAVASCRIPT AS 'return 1;';
CALL AS_TRUTH();
CREATE PROCEDURE AS_DATE() RETURNS DATE LANGUAGE JAVASCRIPT AS 'return new Date(2020, 1, 29, 13);';
CALL AS_DATE();
CREATE PROCEDURE AS_BYTES() RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return new Uint8Array([0, 127, 255]);';
CALL AS_BYTES();
CREATE PROCEDURE AS_OBJECT() RETURNS OBJECT LANGUAGE JAVASCRIPT AS 'return {b: [1, undefined, null], a: new Date(0), c: undefined};';
CALL AS_OBJECT();
CREATE PROCEDURE AS_NOTHING() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'var x = 1;';
CALL AS_NOTHING();
CREATE PROCEDURE AS_SOMETHING() RETURNS VARCHAR NOT NULL LANGUAGE JAVASCRIPT AS 'return null;';
CALL AS_SOMETHING();
CREATE PROCEDURE WRONG_BYTES() RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return 1;';
CALL WRONG_BYTES();
CREATE PROCEDURE WRONG_DATE() RETURNS DATE LANGUAGE JAVASCRIPT AS 'return "no date";';
CALL WRONG_DATE();
CREATE PROCEDURE WRONG_OBJECT() RETURNS OBJECT LANGUAGE JAVASCRIPT AS 'return 1;';
CALL WRONG_OBJECT();
CREATE PROCEDURE STRICTLY(A FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT STRICT AS 'return "called";';
CALL STRICTLY(NULL);
CALL STRICTLY(1);
-- A procedure that calls itself, and one in the other language.
CREATE TABLE DEPTHS (N FLOAT);
CREATE PROCEDURE DOWN(N FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  snowflake.execute({ sqlText: 'INSERT INTO DEPTHS VALUES (?);', binds: [N] });
  if (N <= 0) return String(N);
  var rs = snowflake.execute({ sqlText: 'call DOWN(?)', binds: [N - 1] });
  rs.next();
  return N + ':' + rs.getColumnValue(1);
$$;
CALL DOWN(4);
SELECT * FROM DEPTHS ORDER BY N;
CALL DOWN(20);
CREATE PROCEDURE BLOCK() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: "DECLARE x INT DEFAULT 20; BEGIN x := x + 22; RETURN x; END" });
  rs.next();
  return rs.getColumnValue(1);
$$;
CALL BLOCK();
CREATE PROCEDURE FROM_SCRIPT() RETURNS VARCHAR LANGUAGE SQL AS BEGIN LET r VARCHAR; CALL DOWN(1) INTO :r; RETURN r || '!'; END;
CALL FROM_SCRIPT();
SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
