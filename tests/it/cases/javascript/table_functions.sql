-- Table functions in JavaScript.
-- https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-tabular-functions
CREATE DATABASE D;
CREATE FUNCTION HELLO() RETURNS TABLE (OUTPUT_COL VARCHAR) LANGUAGE JAVASCRIPT AS '{
  processRow: function f(row, rowWriter, context) {
    rowWriter.writeRow({OUTPUT_COL: "Hello"});
    rowWriter.writeRow({OUTPUT_COL: "World"});
  }
}';
SELECT OUTPUT_COL FROM TABLE(HELLO());
--> OUTPUT_COL
--- Hello
--- World
CREATE FUNCTION GREET(FIRST_NAME VARCHAR, LAST_NAME VARCHAR) RETURNS TABLE (V VARCHAR, N NUMBER(5, 1), W TIME) LANGUAGE JAVASCRIPT AS '{
  processRow(row, rowWriter) {
    rowWriter.writeRow({V: row.FIRST_NAME, N: row.FIRST_NAME.length + 0.26, W: "1:02"});
    rowWriter.writeRow({V: row.LAST_NAME, unknown: 1});
    rowWriter.writeRow({});
  }
}';
SELECT V AS GREETING, N, W FROM TABLE(GREET('Mary', 'Shelley'));
--> GREETING | N | W
--- Mary | 4.3 | 01:02:00
--- Shelley | NULL | NULL
--- NULL | NULL | NULL
CREATE FUNCTION SPAN(PREFIX VARCHAR, LOW FLOAT, HIGH FLOAT) RETURNS TABLE (ADDRESS VARCHAR) LANGUAGE JAVASCRIPT AS
$$
{
  processRow: function (row, rowWriter, context) {
    for (var suffix = row.LOW; suffix <= row.HIGH; suffix++) {
      rowWriter.writeRow({ ADDRESS: row.PREFIX + '.' + suffix });
    }
  }
}
$$;
SELECT * FROM TABLE(SPAN('192.168.1', 42::FLOAT, 45::FLOAT));
--> ADDRESS
--- 192.168.1.42
--- 192.168.1.43
--- 192.168.1.44
--- 192.168.1.45
CREATE TABLE RANGES (PREFIX VARCHAR, A INT, B INT) AS SELECT * FROM VALUES ('192.168.1', 42, 44), ('192.168.2', 10, 12), ('192.168.2', 40, 40), ('none', 2, 1);
SELECT R.PREFIX, S.ADDRESS FROM RANGES AS R, TABLE(SPAN(R.PREFIX, R.A::FLOAT, R.B::FLOAT)) AS S ORDER BY ADDRESS;
--> PREFIX | ADDRESS
--- 192.168.1 | 192.168.1.42
--- 192.168.1 | 192.168.1.43
--- 192.168.1 | 192.168.1.44
--- 192.168.2 | 192.168.2.10
--- 192.168.2 | 192.168.2.11
--- 192.168.2 | 192.168.2.12
--- 192.168.2 | 192.168.2.40
-- initialize and finalize.
CREATE FUNCTION TOTALS(S VARCHAR) RETURNS TABLE (NUM FLOAT, KIND VARCHAR) LANGUAGE JAVASCRIPT AS
$$
{
  initialize: function (argumentInfo, context) {
    this.sum = 0;
    this.kind = argumentInfo.S.type;
  },
  processRow: function (row, rowWriter, context) {
    this.sum += row.S.length;
    rowWriter.writeRow({ NUM: row.S.length });
  },
  finalize: function (rowWriter, context) {
    rowWriter.writeRow({ NUM: this.sum, KIND: this.kind });
  }
}
$$;
SELECT * FROM TABLE(TOTALS('four'));
--> NUM | KIND
--- 4 | NULL
--- 4 | VARCHAR
-- Errors.
CREATE FUNCTION NO_OBJECT() RETURNS TABLE (A FLOAT) LANGUAGE JAVASCRIPT AS 'return 1;';
SELECT * FROM TABLE(NO_OBJECT());
--! 100131 JavaScript compilation error: Uncaught SyntaxError: unexpected token in expression: 'return' in NO_OBJECT at 'return 1;' position 0
CREATE FUNCTION NO_ROWS() RETURNS TABLE (A FLOAT) LANGUAGE JAVASCRIPT AS '{finalize: function () {}}';
SELECT * FROM TABLE(NO_ROWS());
--! 100132 JavaScript execution error: the body of NO_ROWS is no object with a function processRow
CREATE FUNCTION THROWS(A VARCHAR) RETURNS TABLE (A FLOAT) LANGUAGE JAVASCRIPT AS '{
  processRow: function (row, rowWriter) {
    rowWriter.writeRow({A: row.B.length});
  }
}';
SELECT * FROM TABLE(THROWS('x'));
--! 100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of undefined (reading 'length') in THROWS at '    rowWriter.writeRow({A: row.B.length});' position 33 stackstrace:  THROWS line: 3
