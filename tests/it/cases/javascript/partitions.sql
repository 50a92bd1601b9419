-- Table functions OVER partitions.
CREATE DATABASE D;
CREATE TABLE parts (p FLOAT, s VARCHAR);
INSERT INTO parts VALUES (1, 'michael'), (1, 'kelly'), (1, 'brian'), (2, 'clara'), (2, 'maggie'), (2, 'reagan');
--> number of rows inserted
--- 6
CREATE FUNCTION char_sum(ins VARCHAR) RETURNS TABLE (num FLOAT) LANGUAGE JAVASCRIPT AS
'{
  processRow: function (row, rowWriter, context) {
    this.csum = this.csum + row.INS.length;
    rowWriter.writeRow({NUM: row.INS.length});
  },
  finalize: function (rowWriter, context) { rowWriter.writeRow({NUM: this.csum}); },
  initialize: function (argumentInfo, context) { this.csum = 0; }
}';
-- What the end of a partition writes has no row beside it: only the keys are known.
SELECT p, s, num FROM parts, TABLE(char_sum(s) OVER (PARTITION BY p)) ORDER BY p, num, s;
--> P | S | NUM
--- 1 | brian | 5
--- 1 | kelly | 5
--- 1 | michael | 7
--- 1 | NULL | 17
--- 2 | clara | 5
--- 2 | maggie | 6
--- 2 | reagan | 6
--- 2 | NULL | 17
-- All rows are one partition.
SELECT p, s, num FROM parts, TABLE(char_sum(s) OVER ()) ORDER BY num, s;
--> P | S | NUM
--- 1 | brian | 5
--- 2 | clara | 5
--- 1 | kelly | 5
--- 2 | maggie | 6
--- 2 | reagan | 6
--- 1 | michael | 7
--- NULL | NULL | 34
-- A key that is no column.
SELECT p, s, num FROM parts, TABLE(char_sum(s) OVER (PARTITION BY LEFT(s, 1))) WHERE s IS NULL ORDER BY num;
--> P | S | NUM
--- NULL | NULL | 5
--- NULL | NULL | 5
--- NULL | NULL | 5
--- NULL | NULL | 6
--- NULL | NULL | 13
-- With an alias, in an expression, and with more relations around.
SELECT x.p, SUM(t.num) AS total FROM parts x, TABLE(char_sum(x.s) OVER (PARTITION BY x.p)) AS t GROUP BY x.p ORDER BY 1;
--> P | TOTAL
--- 1 | 34
--- 2 | 34
CREATE TABLE names (p FLOAT, label VARCHAR);
INSERT INTO names VALUES (1, 'one'), (2, 'two');
--> number of rows inserted
--- 2
SELECT label, x.p, s, num FROM parts x JOIN names n ON n.p = x.p, TABLE(char_sum(s) OVER (PARTITION BY label))
  WHERE s IS NULL ORDER BY label;
--> LABEL | P | S | NUM
--- one | NULL | NULL | 17
--- two | NULL | NULL | 17

-- In the order that is asked for.
CREATE FUNCTION joined(word VARCHAR) RETURNS TABLE (n FLOAT, text VARCHAR) LANGUAGE JAVASCRIPT AS
$$
{
  initialize: function () { this.words = []; },
  processRow: function (row, writer) { this.words.push(row.WORD); },
  finalize: function (writer) { writer.writeRow({N: this.words.length, TEXT: this.words.join(' ')}); }
}
$$;
SELECT p, text FROM parts, TABLE(joined(s) OVER (PARTITION BY p ORDER BY s)) ORDER BY p;
--> P | TEXT
--- 1 | brian kelly michael
--- 2 | clara maggie reagan
SELECT p, text FROM parts, TABLE(joined(s) OVER (PARTITION BY p ORDER BY LENGTH(s) DESC, s)) ORDER BY p;
--> P | TEXT
--- 1 | michael brian kelly
--- 2 | maggie reagan clara
SELECT n, text FROM parts, TABLE(joined(s) OVER (ORDER BY p DESC, s DESC));
--> N | TEXT
--- 6 | reagan maggie clara michael kelly brian
-- NULL is the greatest value, and a group of its own.
CREATE TABLE moments (k VARCHAR, at TIMESTAMP_NTZ, amount NUMBER(10, 2), v VARIANT);
INSERT INTO moments SELECT column1, column2::TIMESTAMP_NTZ, column3, PARSE_JSON(column4) FROM VALUES
  ('a', '2026-01-02', 1.5, '{"x": 1}'), ('a', '2026-01-01', 2.5, '[1]'), (NULL, NULL, 3.5, NULL),
  (NULL, '2026-01-03', 4.5, '"t"'), ('b', NULL, NULL, 'null');
--> number of rows inserted
--- 5
SELECT k, text FROM moments, TABLE(joined(TO_VARCHAR(amount)) OVER (PARTITION BY k ORDER BY at)) ORDER BY k;
--> K | TEXT
--- a | 2.50 1.50
--- b |
--- NULL | 4.50 3.50
SELECT k, text FROM moments, TABLE(joined(TO_VARCHAR(amount)) OVER (PARTITION BY k ORDER BY at DESC NULLS LAST)) ORDER BY k;
--> K | TEXT
--- a | 1.50 2.50
--- b |
--- NULL | 4.50 3.50
-- Columns of all types stay what they are.
SELECT k, at, amount, v, num FROM moments, TABLE(char_sum(COALESCE(k, '')) OVER (PARTITION BY k))
  WHERE amount IS NOT NULL ORDER BY amount;
--> K | AT | AMOUNT | V | NUM
--- a | 2026-01-02 00:00:00.000 | 1.50 | {\n  "x": 1\n} | 1
--- a | 2026-01-01 00:00:00.000 | 2.50 | [\n  1\n] | 1
--- NULL | NULL | 3.50 | NULL | 0
--- NULL | 2026-01-03 00:00:00.000 | 4.50 | "t" | 0
-- No rows, no partitions.
SELECT p, text FROM parts, TABLE(joined(s) OVER (PARTITION BY p)) WHERE p > 5;
--> P | TEXT
SELECT COUNT(*) FROM (SELECT * FROM parts WHERE p > 5) x, TABLE(joined(s) OVER ());
--> COUNT(*)
--- 0
-- Without rows beside it there is one row of arguments.
SELECT n, text FROM TABLE(joined('alone') OVER ());
--> N | TEXT
--- 1 | alone
-- In DML.
CREATE TABLE totals (p FLOAT, total FLOAT);
INSERT INTO totals SELECT p, num FROM parts, TABLE(char_sum(s) OVER (PARTITION BY p)) WHERE s IS NULL;
--> number of rows inserted
--- 2
SELECT * FROM totals ORDER BY p;
--> P | TOTAL
--- 1 | 17
--- 2 | 17

-- What is refused.
CREATE FUNCTION in_sql(x VARCHAR) RETURNS TABLE (y VARCHAR) AS 'SELECT x';
SELECT * FROM parts, TABLE(in_sql(s) OVER (PARTITION BY p));
--! 000002 Unsupported feature 'OVER of a table function in SQL'.
SELECT * FROM parts, TABLE(SPLIT_TO_TABLE(s, 'a') OVER (PARTITION BY p));
--! 000002 Unsupported feature 'OVER of the table function SPLIT_TO_TABLE'.
SELECT * FROM parts, TABLE(FLATTEN(ARRAY_CONSTRUCT(s)) OVER ());
--! 000002 Unsupported feature 'OVER of the table function FLATTEN'.
SELECT * FROM parts, TABLE(char_sum(s) OVER (PARTITION BY p ORDER BY s ROWS BETWEEN 1 PRECEDING AND CURRENT ROW));
--! 000002 Unsupported feature 'a window frame of a table function'.
