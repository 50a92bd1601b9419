-- Functions of text.
-- Pages: sql-reference/functions-string.md, and sql-reference/functions/ length, substr, left, right, position, charindex, contains, startswith, endswith, insert, lpad, rpad, trim, ltrim, rtrim, upper, lower, initcap, replace, translate, repeat, space, reverse, split, split_part, strtok, concat, concat_ws, ascii, unicode, chr, soundex, editdistance, jarowinkler_similarity, like, ilike, like_any, like_all, rtrimmed_length, octet_length, bit_length

CREATE TABLE S (S VARCHAR, P INT, L INT);
INSERT INTO S VALUES ('mystring', -1, 3), ('mystring', -3, 3), ('mystring', -3, 7), ('mystring', -5, 3),
    ('mystring', -7, 3), ('mystring', 0, 3), ('mystring', 0, 7), ('mystring', 1, 3), ('mystring', 1, 7),
    ('mystring', 3, 3), ('mystring', 3, 7), ('mystring', 5, 3), ('mystring', 7, 3), ('mystring', -9, 3),
    ('mystring', 9, 1), ('mystring', NULL, 3), ('mystring', 3, NULL), (NULL, 1, 1);

-- Characters count from 1, backward from -1; 0 is 1.
SELECT P, L, SUBSTR(S, P, L) AS A, SUBSTRING(S, P) AS B, LEFT(S, L) AS C, RIGHT(S, L) AS D
FROM S
ORDER BY S, P, L;
SELECT SUBSTR('abc', 2, -1) AS A, SUBSTR('日本語', 2, 1) AS B, LEFT('abc', 0) AS C, LEFT('abc', -1) AS D,
    RIGHT('abc', 9) AS E, SUBSTR(12345, 2, 3) AS F, LEFT('ABCDEF', 3) AS G, RIGHT('日本語', 2) AS H;

-- Where a text is in another.
SELECT POSITION('an', 'banana', 1) AS A, POSITION('an', 'banana', 3) AS B, POSITION('an' IN 'banana') AS C,
    CHARINDEX('nicht', 'Ich weiß nicht') AS D, POSITION('☃c', '☃a☃b☃c☃d') AS E, POSITION('', 'sth') AS F,
    POSITION('', '') AS G, POSITION('sth', '') AS H, POSITION('dog', 'catalog') AS I,
    POSITION('a', 'banana', 9) AS J, POSITION(NULL, 'a') AS K, POSITION('a', NULL) AS L;
SELECT CONTAINS('coffee', 'ff') AS A, CONTAINS('coffee', 'FF') AS B, CONTAINS('x', '') AS C,
    STARTSWITH('tea', 'te') AS D, STARTSWITH('tea', 'ea') AS E, ENDSWITH('tea', 'ea') AS F,
    ENDSWITH('tea', 'te') AS G, CONTAINS(NULL, 'a') AS H, STARTSWITH('a', NULL) AS I, CONTAINS(1234, 23) AS J;

-- Insertion and padding.
SELECT INSERT('abc', 1, 2, 'Z') AS A, INSERT('abcdef', 3, 2, 'zzz') AS B, INSERT('abc', 2, 1, '') AS C,
    INSERT('abc', 4, 0, 'Z') AS D, INSERT(NULL, 1, 2, 'Z') AS E, INSERT('abc', NULL, 2, 'Z') AS F,
    INSERT('abc', 1, 2, NULL) AS G, INSERT('日本', 2, 0, 'x') AS H;
SELECT LPAD('500', 8, '0') AS A, LPAD('123.50', 19, '*_') AS B, LPAD('Twelve Dollars', 10, '$') AS C,
    LPAD('Hi', 5) AS D, LPAD('Hi', 5, '') AS E, LPAD('Hi', 1, '') AS F, RPAD('123.50', 19, '*_') AS G,
    RPAD('Hi', 4) AS H, RPAD('Hi', 0, 'x') AS I, RPAD(NULL, 2, 'x') AS J;

-- Trimming takes blanks, or the characters that are told.
SELECT TRIM('  a b  ') AS A, LTRIM('  a ') AS B, RTRIM(' a  ') AS C, TRIM('*-*ABC-*-', '*-') AS D,
    TRIM('\ta\n') AS E, TRIM('ABC\n', '\n') AS F, LTRIM('#000000123', '0#') AS G, RTRIM('$125.00', '0.') AS H,
    TRIM('abc', '') AS I, TRIM(NULL) AS J, TRIM('a', NULL) AS K, TRIM('aaa', 'a') AS L;

-- Letter case.
SELECT UPPER('abc é') AS A, LOWER('ÄÖÜ Ω') AS B, INITCAP('OVER the River 2 Times') AS C,
    INITCAP('HelL0_hi+therE') AS D, INITCAP('νησί του ποταμού') AS E, INITCAP('Hi,are?you!there') AS F,
    INITCAP('ÄäÖößÜü') AS G, INITCAP('') AS H, INITCAP(NULL) AS I;
SELECT INITCAP('this is the new Frame+work', '') AS A, INITCAP('iqamqinterestedqinqthisqtopic', 'q') AS B,
    INITCAP('lion☂fRog potato⨊cLoUD', '⨊☂') AS C, INITCAP('apple is僉sweetandballIsROUND', '僉a b') AS D;

-- Replacing, repeating, reversing.
SELECT REPLACE('down', 'down', 'up') AS A, REPLACE('abcd', 'bc') AS B, REPLACE('aaa', 'aa', 'b') AS C,
    REPLACE('abc', '', 'x') AS D, REPLACE('abc', 'b', NULL) AS E, REPLACE('a.b', '.', '') AS F,
    TRANSLATE('peña', 'ñ', 'n') AS G, TRANSLATE('❄a❄bX❄dYZ❄', 'XYZ❄', 'cef') AS H,
    TRANSLATE('abc', '', '') AS I, TRANSLATE(NULL, 'a', 'b') AS J;
-- @error 100078
SELECT TRANSLATE('abc', 'a', 'xy') AS A;
SELECT REPEAT('xy', 5) AS A, REPEAT('xy', 0) AS B, REPEAT('', 9) AS C, REPEAT('x', NULL) AS D, SPACE(3) AS E,
    SPACE(0) AS F, REVERSE('Hello, world!') AS G, REVERSE('日本') AS H, REVERSE(NULL) AS I;

-- Parts: SPLIT_PART takes the whole delimiter, STRTOK each of its characters.
SELECT COLUMN1 AS N, SPLIT_PART('11.22.33', '.', N) AS A, SPLIT_PART('user@host', '', N) AS B
FROM VALUES (0), (1), (2), (3), (4), (-1), (-2), (-3), (-4)
ORDER BY N;
SELECT SPLIT_PART('|a|b|c|', '|', 1) AS A, SPLIT_PART('|a|b|c|', '|', 2) AS B,
    SPLIT_PART('aaa--bbb-BBB--ccc', '--', 2) AS C, SPLIT_PART(NULL, '.', 1) AS D,
    SPLIT_PART('a', NULL, 1) AS E, SPLIT_PART('a.b', '.', NULL) AS F,
    STRTOK('data1||data2|-data3---data4', '|-', 2) AS G,
    SPLIT_PART('data1||data2|-data3---data4', '|-', 2) AS H;
SELECT STRTOK('a.b.c', '.', 1) AS A, STRTOK('user@snowflake.com', '@.', 3) AS B,
    STRTOK('user@snowflake.com.', '@.', 4) AS C, STRTOK('', '', 1) AS D, STRTOK('a.b', '', 1) AS E,
    STRTOK(NULL, '.', 1) AS F, STRTOK('a.b', NULL, 1) AS G, STRTOK('a.b', '.', NULL) AS H,
    STRTOK('one two') AS I, STRTOK('  one', ' ') AS J;
SELECT SPLIT('127.0.0.1', '.') AS A, SPLIT('127.0.0.1', '.')[0] AS B, SPLIT('|a||', '|') AS C,
    SPLIT('abc', '') AS D, SPLIT(NULL, '.') AS E, SPLIT('', ',') AS F, STRTOK_TO_ARRAY('a.b@c', '.@') AS G;

-- Joining: one NULL makes all of it NULL.
SELECT CONCAT('George ', 'Carver') AS A, CONCAT('co', 'd', 'e') AS B, CONCAT('x', NULL) AS C,
    CONCAT_WS(',', 'one', 'two', 'three') AS D, CONCAT_WS(',', 'one', NULL, 'two') AS E,
    CONCAT_WS(',', 'one') AS F, CONCAT_WS(NULL, 'a', 'b') AS G, CONCAT_WS('-', 1, 2.5, TRUE) AS H,
    CONCAT('x') AS I;

-- Lengths and code points.
SELECT OCTET_LENGTH('abc') AS A, OCTET_LENGTH('Ω') AS B, BIT_LENGTH('abc') AS C, BIT_LENGTH('Ω') AS D,
    RTRIMMED_LENGTH(' ABCD ') AS E, RTRIMMED_LENGTH('') AS F, OCTET_LENGTH(NULL) AS G;
SELECT COLUMN1 AS S, ASCII(S) AS A, UNICODE(S) AS U, CHR(UNICODE(S)) AS C
FROM VALUES ('!'), ('cde'), (''), (NULL), ('a')
ORDER BY S;
SELECT UNICODE('❄') AS A, CHR(83) AS B, CHAR(169) AS C, CHR(8364) AS D, CHR(128512) AS E, CHR(NULL) AS F;

-- How near two texts are.
SELECT COLUMN1 AS S, COLUMN2 AS T, EDITDISTANCE(S, T) AS A, EDITDISTANCE(T, S) AS B,
    EDITDISTANCE(S, T, 3) AS C, EDITDISTANCE(S, T, -1) AS D, JAROWINKLER_SIMILARITY(S, T) AS J
FROM VALUES ('', ''), ('Gute nacht', 'Ich weis nicht'), ('Snowflake', 'Oracle'), ('święta', 'swieta'),
    (NULL, ''), ('same', 'SAME')
ORDER BY S, T;
SELECT EDITDISTANCE('Ich weiß nicht', 'Ich wei? nicht') AS A,
    EDITDISTANCE('Ich weiß nicht', 'Ich weiss nicht') AS B, EDITDISTANCE('future', 'past', 2) < 2 AS C,
    JAROWINKLER_SIMILARITY('MARTHA', 'marhta') AS D;
SELECT SOUNDEX('Pfister') AS A, SOUNDEX('Marks') AS B, SOUNDEX('Marx') AS C,
    SOUNDEX('I love rock and roll music.') AS D, SOUNDEX('Robert') AS E, SOUNDEX('Tymczak') AS F,
    SOUNDEX('Ashcraft') AS G, SOUNDEX(NULL) AS H;

-- LIKE and its kin: the whole text, % and _, and an escape only where one is told.
CREATE TABLE N (N VARCHAR(20));
INSERT INTO N VALUES ('John  Dddoe'), ('John \'alias\' Doe'), ('Joe   Doe'), ('John_down'), ('Joe down'),
    ('Elaine'), (''), (NULL), ('100 times'), ('100%'), ('1000 times'), ('a\nb');
SELECT N FROM N WHERE N LIKE '%Jo%oe%' ORDER BY N;
SELECT N FROM N WHERE N NOT LIKE 'John%' ORDER BY N;
SELECT N FROM N WHERE N LIKE '100\\%' ESCAPE '\\';
SELECT 'a' LIKE 'A' AS A, 'a' ILIKE 'A' AS B, '' LIKE '' AS C, '' LIKE '%' AS D, 'abc' LIKE 'a' AS E,
    NULL LIKE '%' AS F, 'a' LIKE NULL AS G, 'ab' LIKE '_' AS H, '日' LIKE '_' AS I, LIKE('abc', 'a%') AS J,
    LIKE('a%', 'a^%', '^') AS K, 'a' NOT ILIKE 'B' AS L;

-- A backslash is a character as any other.
-- @error 000938
SELECT UPPER() AS A;
-- @error 100038
SELECT SUBSTR('abc', 'x') AS A;
