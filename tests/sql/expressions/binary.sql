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
