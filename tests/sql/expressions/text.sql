-- Text: lengths, casts that would cut, comparison by code point, constants and their escapes, concatenation.
-- Pages: sql-reference/data-types-text.md, sql-reference/data-type-conversion.md, sql-reference/functions/concat.md, sql-reference/functions/cast.md

-- All names of the type are VARCHAR; CHAR and its kin without a length hold one character.
CREATE TABLE S (A VARCHAR, B VARCHAR(5), C CHAR, D CHAR(10), E CHARACTER, F NCHAR(3), G STRING, H STRING(20),
    I TEXT, J TEXT(30), L NVARCHAR, P VARCHAR(134217728));
SELECT * FROM S;
CREATE TABLE S2 (K VARCHAR2(4), M NVARCHAR2(6), N CHAR VARYING(7), O NCHAR VARYING(8));
SELECT * FROM S2;
INSERT INTO S (B, C) VALUES ('abcde', 'x'), ('', ''), ('日本語です', 'é');

-- Lengths count characters, and nothing is padded.
SELECT B, C, LEN(B) AS L, (B || '|')::VARCHAR AS P FROM S ORDER BY B;
-- @error 100078
INSERT INTO S (B) VALUES ('abcdef');
-- @error 100078
INSERT INTO S (C) VALUES ('xy');
-- @error 100078
INSERT INTO S (B) SELECT 123456;
-- @error 100078
UPDATE S SET B = B || 'f' WHERE B = 'abcde';
-- @error 100078
SELECT 'abcdef'::VARCHAR(3) AS A;
-- @error 100078
SELECT CAST('9.8765' AS VARCHAR(4)) AS A;
SELECT '日本語'::VARCHAR(3) AS A, 'abc'::VARCHAR(10) AS B, ''::CHAR(1) AS C, 123::VARCHAR(3) AS D,
    CAST('x' AS STRING) AS E, TRUE::VARCHAR(4) AS F, CAST(9.8765 AS VARCHAR(9)) AS G;
-- @error 100078
SELECT 1234::VARCHAR(3) AS A;
-- @error 100078
SELECT FALSE::VARCHAR(4) AS A;
SELECT TRY_CAST('ABCD' AS CHAR(2)) AS A, TRY_CAST('ABCD' AS VARCHAR(10)) AS B, TRY_CAST('AB' AS CHAR(2)) AS C;

-- A constant is as long as its characters are.
SELECT 'abc' AS A, 'Übung' AS C, $$it's$$ AS D;

-- Comparison goes by code points: capitals stand before small letters, and blanks at the end count.
SELECT 'a' = 'A' AS A, 'Z' < 'a' AS B, 'abc' < 'abd' AS C, 'ab' < 'abc' AS D, 'a ' = 'a' AS E,
    '10' < '9' AS F, 'é' > 'z' AS G, '' < ' ' AS H, '' IS NULL AS I, 'ß' = 'ss' AS J;
SELECT COLUMN1::VARCHAR AS V
FROM VALUES ('b'), ('a'), ('B'), ('A'), ('ä'), (''), ('_'), ('1'), (NULL)
ORDER BY V;
SELECT MIN(COLUMN1)::VARCHAR AS A, MAX(COLUMN1)::VARCHAR AS B
FROM VALUES ('pear'), ('Apple'), ('zebra'), ('Ärger');

-- Escapes of a quoted constant.
SELECT 'Today''s' AS A, '-''''-' AS B, 'it\'s' AS C, 'say \"hi\"' AS D, 'C:\\user' AS E, 'Hello\tWorld' AS F,
    'a\nb' AS G, 'a\rb' AS H, 'a\bb' AS I, 'a\fb' AS J;
SELECT '-\041-' AS A, '-\x21-' AS B, '-\u26c4-' AS C, '\z' AS D, '\101\102' AS E, '\x41\x62' AS F, '\%' AS I,
    'a\0b' AS J;
SELECT LENGTH('a\0b') AS A, LENGTH('\\n') AS B, LENGTH('日本') AS C;

-- A dollar-quoted constant is taken as it stands.
SELECT $$a\tb$$ AS A, $$it's "so"$$ AS B, $$\\d+$$ AS C, $$a
b$$ AS D;

-- Concatenation: NULL makes NULL, and what is no text becomes text.
SELECT ('a' || 'b')::VARCHAR AS A, (17 || '76')::VARCHAR AS B, (1.50 || '')::VARCHAR AS C,
    (TRUE || '!')::VARCHAR AS D, ('a' || NULL)::VARCHAR AS E, ('on ' || '2024-02-29'::DATE)::VARCHAR AS F,
    ('a' || '' || 'b')::VARCHAR AS G, CONCAT('x', 1, 'y')::VARCHAR AS H;
-- @error 001044
SELECT 'A' || (0 = 1);
SELECT ('A' || TO_VARCHAR(0 = 1))::VARCHAR AS A;

-- A column without a name is called what its expression says, in capitals.
SELECT 'Today''s sales', 'abc';
SELECT 'A' || 'b' IS NULL, TO_DATE('05-Mar-2016'), CONCAT('George ', 'Carver') = 'x',
    LEFT('abc', 2) LIKE 'a%';

-- Text compares by its code points, which is what these collations say.
SELECT 'a' COLLATE 'utf8' AS A, 'b' COLLATE '' AS B;
-- @refused
SELECT 'a' COLLATE 'en-ci' AS A;
