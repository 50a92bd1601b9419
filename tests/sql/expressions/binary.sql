-- Binary strings: lengths in bytes, three formats in and out, comparison, and the functions that take them.
-- Pages: sql-reference/data-types-text.md, sql-reference/binary-input-output.md, sql-reference/functions/to_binary.md, sql-reference/functions/to_char.md

CREATE TABLE B (ID INT, A BINARY, C BINARY(4), D VARBINARY(100));
SELECT * FROM B;
INSERT INTO B SELECT 1, TO_BINARY('48454C50'), TO_BINARY('ab', 'UTF-8'), TO_BINARY('SEVMUA==', 'BASE64');
INSERT INTO B SELECT 2, X'00FF', TO_BINARY(''), NULL;
SELECT * FROM B ORDER BY ID;
-- @error 100078
INSERT INTO B (C) SELECT TO_BINARY('0102030405');

-- Hexadecimal digits come in any letter case, and go out as capitals.
SELECT TO_BINARY('ab') AS A, TO_BINARY('AbCd', 'HEX') AS B, TO_BINARY('Ab', 'utf-8') AS C,
    TO_BINARY('QWI=', 'base64') AS D, TO_BINARY('é', 'UTF-8') AS E, TO_BINARY(NULL) AS F;

-- Base64 ignores whitespace between its letters.
SELECT TO_BINARY('SEVM\n UA==', 'BASE64') AS A;
-- @error 100115
SELECT TO_BINARY('HELP', 'HEX') AS A;
-- @error 100115
SELECT TO_BINARY('ABC') AS A;
-- @error 100137
SELECT TO_BINARY('AB', 'HEX8') AS A;
SELECT TRY_TO_BINARY('HELP') AS A, TRY_TO_BINARY('4845') AS B, TRY_TO_BINARY('%%', 'BASE64') AS C,
    TRY_TO_BINARY('x', 'UTF-8') AS D, TRY_TO_BINARY(NULL, 'HEX') AS E;
SELECT TO_VARCHAR(A) AS H, TO_VARCHAR(A, 'HEX') AS H2, TO_CHAR(A, 'BASE64') AS B, TO_CHAR(D, 'UTF-8') AS U
FROM B
WHERE ID = 1;
SELECT A::VARCHAR AS T, '4142'::BINARY AS C, X'4142' = TO_BINARY('AB', 'UTF-8') AS E FROM B WHERE ID = 2;

-- Bytes that are no UTF-8 have no such text.
-- @error 100144
SELECT TO_VARCHAR(A, 'UTF-8') AS U FROM B WHERE ID = 2;

-- Order is that of the bytes.
SELECT X'00' < X'01' AS A, X'FF' > X'0000' AS B, X'' < X'00' AS C, X'AB' = X'ab' AS D, X'01' <> X'0100' AS E;

-- Functions of text that take bytes as well.
SELECT SUBSTR(X'01020304', 2, 2) AS A, LEFT(X'010203', 1) AS B, RIGHT(X'010203', 2) AS C, X'01' || X'02' AS D,
    CONCAT(X'AA', X'BB', X'CC') AS E, REVERSE(X'010203') AS F, CONTAINS(X'010203', X'02') AS G,
    STARTSWITH(X'0102', X'01') AS H, ENDSWITH(X'0102', X'01') AS I;
SELECT LPAD(X'01', 3, X'00') AS A, RPAD(X'01', 3, X'FF') AS B, POSITION(X'03', X'010203') AS C,
    INSERT(X'010203', 2, 1, X'AABB') AS D;
SELECT HEX_DECODE_STRING(TO_VARCHAR(A, 'HEX')) AS A, BASE64_DECODE_STRING(TO_VARCHAR(A, 'BASE64')) AS B
FROM B
WHERE ID = 1;

-- Positions are those of bytes, not of digits.
SELECT POSITION(X'EF', X'ABCDEF') AS A, POSITION(X'BC', X'ABCD') AS B, POSITION(X'', X'AB') AS C,
    POSITION(X'01', X'0100', 2) AS D, POSITION(X'01', X'010001', 2) AS E, CHARINDEX(X'00', X'0100') AS F,
    POSITION(NULL, X'01') AS G;
SELECT SUBSTR(X'010203', 0, 2) AS A, SUBSTR(X'010203', -1) AS B, SUBSTR(X'010203', -5) AS C,
    SUBSTR(X'010203', 2) AS D, SUBSTR(X'010203', 1, -1) AS E, SUBSTR(X'010203', 9) AS F,
    LEFT(X'0102', 5) AS G, RIGHT(X'0102', 0) AS H;
SELECT LPAD(X'2D31', 5, X'20') AS A, LPAD(X'010203', 2, X'00') AS B, RPAD(X'01', 4, X'AABB') AS C,
    LPAD(X'01', 3, X'') AS D, LPAD(X'0102', 0, X'00') AS E;
SELECT INSERT(X'0102', 3, 0, X'03') AS A, INSERT(X'0102', 1, 2, X'') AS B, INSERT(X'0102', 1, 0, X'00') AS C,
    INSERT(X'01', NULL, 0, X'02') AS D;

-- Text that goes into a column of bytes is read as hexadecimal digits.
CREATE TABLE P (V VARCHAR, X BINARY);

-- Groups, limits and lists of bytes.
SELECT X'41' IN (X'40', X'41') AS A, X'41' BETWEEN X'40' AND X'4100' AS B, COALESCE(NULL, X'42') AS C,
    NVL(X'43', X'44') AS D, IFF(X'01' < X'02', X'AA', X'BB') AS E, NULLIF(X'01', X'01') AS F,
    GREATEST(X'01', X'0100') AS G, DECODE(X'01', X'01', 'one', 'other')::VARCHAR AS H,
    EQUAL_NULL(NULL, X'01') AS I;
SELECT '4142'::BINARY(2) AS C, TO_BINARY('')::VARCHAR AS D;
-- @error 100078
SELECT '414243'::BINARY(2) AS A;

-- Text is not looked for in bytes.
SELECT TO_VARIANT(X'4142') AS A, TYPEOF(TO_VARIANT(X'4142')) AS B, TO_VARIANT(X'4142')::BINARY AS C,
    AS_BINARY(TO_VARIANT(X'4142')) AS D, IS_BINARY(TO_VARIANT(X'4142')) AS E,
    TO_JSON(TO_VARIANT(X'4142')) AS F;

-- The longest columns.
CREATE TABLE LONG_ONES (X BINARY(67108864), Y VARBINARY);
SELECT * FROM LONG_ONES;
