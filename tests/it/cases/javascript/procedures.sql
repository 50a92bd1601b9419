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
--> PUT_FRUIT
--- 1
CALL PUT_FRUIT('it''s a pear', 2);
--> PUT_FRUIT
--- 1
CALL PUT_FRUIT('plum', NULL);
--> PUT_FRUIT
--- 1
SELECT * FROM FRUIT ORDER BY ID;
--> ID | NAME | PRICE | SEEN
--- 1 | apple | 1.2500 | 2020-05-06 07:08:09.123 +0000
--- 2 | it's a pear | 2.0000 | 2020-05-06 07:08:09.123 +0000
--- 3 | plum | NULL | 2020-05-06 07:08:09.123 +0000
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
--> LIST_FRUIT
--- {\n  "columns": 4,\n  "count": 2,\n  "more": false,\n  "rows": [\n    {\n      "id": 2,\n      "name": "it's a pear",\n      "price": 2,\n      "text": "2.0000",\n      "type": "TIMESTAMP_LTZ"\n    },\n    {\n      "id": 3,\n      "name": "plum",\n      "price": null,\n      "text": null,\n      "type": "TIMESTAMP_LTZ"\n    }\n  ]\n}
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
--> DESCRIBE_FRUIT
--- [\n  "ID number NUMBER 0 true Number",\n  "NAME string VARCHAR 0 true Text",\n  "PRICE number NUMBER 4 true Number",\n  "SEEN SfDate TIMESTAMP_LTZ 0 true Timestamp",\n  "YES number BOOLEAN 0 false Boolean",\n  "DAY date DATE 0 false Date",\n  "AT string TIME 0 false Time",\n  "V JSON VARIANT 0 true Variant",\n  "F number FLOAT 0 false Number"\n]
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
--> COUNTS
--- 2,2,0,0,0,2 | 2,0,2,0,0,2 | 2,1,1,0,0,2 | 3,0,0,3,0,3 | 0,0,0,0,0,0
-- Values of every type, as arguments and from results.
CREATE PROCEDURE SEE(T VARCHAR, F FLOAT, B BOOLEAN, D DATE, N TIMESTAMP_NTZ, L TIMESTAMP_LTZ, Z TIMESTAMP_TZ, V VARIANT, O OBJECT, A ARRAY, X BINARY) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  return [T, F, B, D instanceof Date && D.toISOString(), N.toISOString(), L.toISOString(), Z.toISOString(), JSON.stringify(V), O.k.length, Array.isArray(A) && A[1], X instanceof Uint8Array && X[2]].join(' | ');
$$;
CALL SEE('text', 0.1, TRUE, '2020-02-03', '2020-02-03 04:05:06.789123', '2020-02-03 04:05:06', '2020-02-03 04:05:06 +0200', PARSE_JSON('{"a": [1, null, "x", 1.5]}'), OBJECT_CONSTRUCT('k', 'four'), ARRAY_CONSTRUCT(1, 'two'), TO_BINARY('010203'));
--> SEE
--- text | 0.1 | 1 | 2020-02-03T00:00:00.000Z | 2020-02-03T04:05:06.789Z | 2020-02-03T04:05:06.000Z | 2020-02-03T02:05:06.000Z | {"a":[1,null,"x",1.5]} | 4 | two | 3
CREATE PROCEDURE NOTHING(T VARCHAR, V VARIANT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return [T === undefined, V === undefined, V === null].join();';
CALL NOTHING(NULL, NULL);
--> NOTHING
--- true,true,false
CALL NOTHING('', PARSE_JSON('null'));
--> NOTHING
--- false,false,true
CREATE PROCEDURE FETCH(QUERY VARCHAR) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: QUERY });
  rs.next();
  var v = rs.getColumnValue(1);
  return { type: v === null ? 'null' : typeof v, shown: String(v), text: rs.getColumnValueAsString(1) };
$$;
CALL FETCH('SELECT NULL');
--> FETCH
--- {\n  "shown": "null",\n  "text": null,\n  "type": "null"\n}
CALL FETCH('SELECT 12345678901234567890');
--> FETCH
--- {\n  "shown": "12345678901234567000",\n  "text": "12345678901234567890",\n  "type": "number"\n}
CALL FETCH('SELECT TO_TIME(''10:11:12'')');
--> FETCH
--- {\n  "shown": "10:11:12",\n  "text": "10:11:12",\n  "type": "string"\n}
CALL FETCH('SELECT FALSE');
--> FETCH
--- {\n  "shown": "0",\n  "text": "false",\n  "type": "number"\n}
CALL FETCH('SELECT ''2020-02-03''::DATE');
--> FETCH
--- {\n  "shown": "Mon Feb 03 2020 00:00:00 GMT+0000 (Coordinated Universal Time)",\n  "text": "2020-02-03",\n  "type": "object"\n}
CALL FETCH('SELECT PARSE_JSON(''{"a":1}'')');
--> FETCH
--- {\n  "shown": "[object Object]",\n  "text": "{\"a\":1}",\n  "type": "object"\n}
CALL FETCH('SELECT 0.1::FLOAT + 0.2::FLOAT');
--> FETCH
--- {\n  "shown": "0.30000000000000004",\n  "text": "0.30000000000000004",\n  "type": "number"\n}
-- SfDate keeps all its digits.
CREATE PROCEDURE MOMENT(QUERY VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: QUERY });
  rs.next();
  var d = rs.getColumnValue(1);
  return [d.getEpochSeconds(), d.getNanoSeconds(), d.getScale(), d.getTimezone(), d.toString(), d instanceof Date].join(' | ');
$$;
CALL MOMENT('SELECT ''1970-01-01 00:00:01.987654321''::TIMESTAMP_NTZ');
--> MOMENT
--- 1 | 987654321 | 9 | 0 | Thu Jan 01 1970 00:00:01 GMT+0000 (Coordinated Universal Time) | true
CALL MOMENT('SELECT ''1970-01-01 00:00:01.12''::TIMESTAMP_NTZ(2)');
--> MOMENT
--- 1 | 120000000 | 2 | 0 | Thu Jan 01 1970 00:00:01 GMT+0000 (Coordinated Universal Time) | true
CALL MOMENT('SELECT ''1970-01-01 00:00:01 -0800''::TIMESTAMP_TZ');
--> MOMENT
--- 28801 | 0 | 9 | -480 | Thu Jan 01 1970 08:00:01 GMT+0000 (Coordinated Universal Time) | true
CALL MOMENT('SELECT ''1971-01-01 00:00:00.000123456 +1100''::TIMESTAMP_TZ');
--> MOMENT
--- 31496400 | 123456 | 9 | 660 | Thu Dec 31 1970 13:00:00 GMT+0000 (Coordinated Universal Time) | true
CREATE TABLE TIMES (L TIMESTAMP_LTZ, N TIMESTAMP_NTZ, Z TIMESTAMP_TZ, D DATE, T TIME);
CREATE PROCEDURE COPY_TIMES() RETURNS TIMESTAMP_TZ LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: "SELECT '2008-11-18 16:00:00.123456789 +0300'::TIMESTAMP_TZ, '2008-11-18 16:00:00.123456789'::TIMESTAMP_NTZ" });
  rs.next();
  snowflake.execute({ sqlText: 'INSERT INTO TIMES VALUES (:1, :2, :1, :1, :3)', binds: [rs.getColumnValue(1), rs.getColumnValue(2), '12:30:00.123'] });
  return rs.getColumnValue(1);
$$;
CALL COPY_TIMES();
--> COPY_TIMES
--- 2008-11-18 16:00:00.123 +0300
SELECT * FROM TIMES;
--> L | N | Z | D | T
--- 2008-11-18 13:00:00.123 +0000 | 2008-11-18 16:00:00.123 | 2008-11-18 16:00:00.123 +0300 | 2008-11-18 | 12:30:00
-- What is returned becomes the declared type.
CREATE PROCEDURE AS_TEXT() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1.5;';
CALL AS_TEXT();
--> AS_TEXT
--- 1.5
CREATE PROCEDURE AS_FLOAT() RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return "42";';
CALL AS_FLOAT();
--> AS_FLOAT
--- 42
CREATE PROCEDURE AS_TRUTH() RETURNS BOOLEAN LANGUAGE JAVASCRIPT AS 'return 1;';
CALL AS_TRUTH();
--> AS_TRUTH
--- TRUE
CREATE PROCEDURE AS_DATE() RETURNS DATE LANGUAGE JAVASCRIPT AS 'return new Date(2020, 1, 29, 13);';
CALL AS_DATE();
--> AS_DATE
--- 2020-02-29
CREATE PROCEDURE AS_BYTES() RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return new Uint8Array([0, 127, 255]);';
CALL AS_BYTES();
--> AS_BYTES
--- 007FFF
CREATE PROCEDURE AS_OBJECT() RETURNS OBJECT LANGUAGE JAVASCRIPT AS 'return {b: [1, undefined, null], a: new Date(0), c: undefined};';
CALL AS_OBJECT();
--> AS_OBJECT
--- {\n  "a": "1970-01-01 00:00:00.000 +0000",\n  "b": [\n    1,\n    null\n  ]\n}
CREATE PROCEDURE AS_NOTHING() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'var x = 1;';
CALL AS_NOTHING();
--> AS_NOTHING
--- NULL
CREATE PROCEDURE AS_SOMETHING() RETURNS VARCHAR NOT NULL LANGUAGE JAVASCRIPT AS 'return null;';
CALL AS_SOMETHING();
--! 100072 NULL result in a non-nullable procedure AS_SOMETHING
CREATE PROCEDURE WRONG_BYTES() RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return 1;';
CALL WRONG_BYTES();
--! 100039 Cannot convert '1' to BINARY
CREATE PROCEDURE WRONG_DATE() RETURNS DATE LANGUAGE JAVASCRIPT AS 'return "no date";';
CALL WRONG_DATE();
--! 100040 Date 'no date' is not recognized
CREATE PROCEDURE WRONG_OBJECT() RETURNS OBJECT LANGUAGE JAVASCRIPT AS 'return 1;';
CALL WRONG_OBJECT();
--! 100071 Failed to cast variant value 1 to OBJECT
CREATE PROCEDURE STRICTLY(A FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT STRICT AS 'return "called";';
CALL STRICTLY(NULL);
--> STRICTLY
--- NULL
CALL STRICTLY(1);
--> STRICTLY
--- called
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
--> DOWN
--- 4:3:2:1:0
SELECT * FROM DEPTHS ORDER BY N;
--> N
--- 0
--- 1
--- 2
--- 3
--- 4
CALL DOWN(20);
--! 100183 Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Execution error in store procedure DOWN: Stored procedure execution error: maximum depth of 8 calls exceeded At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21 At Snowflake.execute, line 4 position 21
CREATE PROCEDURE BLOCK() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var rs = snowflake.execute({ sqlText: "DECLARE x INT DEFAULT 20; BEGIN x := x + 22; RETURN x; END" });
  rs.next();
  return rs.getColumnValue(1);
$$;
CALL BLOCK();
--> BLOCK
--- 42
CREATE PROCEDURE FROM_SCRIPT() RETURNS VARCHAR LANGUAGE SQL AS BEGIN LET r VARCHAR; CALL DOWN(1) INTO :r; RETURN r || '!'; END;
CALL FROM_SCRIPT();
--> FROM_SCRIPT
--- 1:0!
SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> FROM_SCRIPT
--- 1:0!
