-- Functions of text.
-- Pages: sql-reference/functions-string.md, and sql-reference/functions/ length, substr, left, right, position, charindex, contains, startswith, endswith, insert, lpad, rpad, trim, ltrim, rtrim, upper, lower, initcap, replace, translate, repeat, space, reverse, split, split_part, strtok, concat, concat_ws, ascii, unicode, chr, soundex, editdistance, jarowinkler_similarity, like, ilike, like_any, like_all, rtrimmed_length, octet_length, bit_length

CREATE TABLE S (S VARCHAR, P INT, L INT);
INSERT INTO S VALUES ('mystring', -1, 3), ('mystring', -3, 3), ('mystring', -3, 7), ('mystring', -5, 3),
    ('mystring', -7, 3), ('mystring', 0, 3), ('mystring', 0, 7), ('mystring', 1, 3), ('mystring', 1, 7),
    ('mystring', 3, 3), ('mystring', 3, 7), ('mystring', 5, 3), ('mystring', 7, 3), ('mystring', -9, 3),
    ('mystring', 9, 1), ('mystring', NULL, 3), ('mystring', 3, NULL), (NULL, 1, 1);

-- Characters count from 1, backward from -1; 0 is 1.
SELECT P, L, SUBSTR(S, P, L)::VARCHAR AS A, SUBSTRING(S, P)::VARCHAR AS B, LEFT(S, L)::VARCHAR AS C,
    RIGHT(S, L)::VARCHAR AS D
FROM S
ORDER BY S, P, L;
SELECT SUBSTR('abc', 2, -1)::VARCHAR AS A, SUBSTR('日本語', 2, 1)::VARCHAR AS B, LEFT('abc', 0)::VARCHAR AS C,
    LEFT('abc', -1)::VARCHAR AS D, RIGHT('abc', 9)::VARCHAR AS E, SUBSTR(12345, 2, 3)::VARCHAR AS F,
    LEFT('ABCDEF', 3)::VARCHAR AS G, RIGHT('日本語', 2)::VARCHAR AS H;

-- Where a text is in another.
SELECT POSITION('an', 'banana', 1)::VARCHAR AS A, POSITION('an', 'banana', 3)::VARCHAR AS B,
    POSITION('an' IN 'banana')::VARCHAR AS C, CHARINDEX('nicht', 'Ich weiß nicht')::VARCHAR AS D,
    POSITION('☃c', '☃a☃b☃c☃d')::VARCHAR AS E, POSITION('', 'sth')::VARCHAR AS F,
    POSITION('', '')::VARCHAR AS G, POSITION('sth', '')::VARCHAR AS H,
    POSITION('dog', 'catalog')::VARCHAR AS I, POSITION('a', 'banana', 9)::VARCHAR AS J,
    POSITION(NULL, 'a')::VARCHAR AS K, POSITION('a', NULL)::VARCHAR AS L;
SELECT CONTAINS('coffee', 'ff') AS A, CONTAINS('coffee', 'FF') AS B, CONTAINS('x', '') AS C,
    STARTSWITH('tea', 'te') AS D, STARTSWITH('tea', 'ea') AS E, ENDSWITH('tea', 'ea') AS F,
    ENDSWITH('tea', 'te') AS G, CONTAINS(NULL, 'a') AS H, STARTSWITH('a', NULL) AS I, CONTAINS(1234, 23) AS J;

-- Insertion and padding.
SELECT INSERT('abc', 1, 2, 'Z')::VARCHAR AS A, INSERT('abcdef', 3, 2, 'zzz')::VARCHAR AS B,
    INSERT('abc', 2, 1, '')::VARCHAR AS C, INSERT('abc', 4, 0, 'Z')::VARCHAR AS D,
    INSERT(NULL, 1, 2, 'Z')::VARCHAR AS E, INSERT('abc', NULL, 2, 'Z')::VARCHAR AS F,
    INSERT('abc', 1, 2, NULL)::VARCHAR AS G, INSERT('日本', 2, 0, 'x')::VARCHAR AS H;
SELECT LPAD('500', 8, '0')::VARCHAR AS A, LPAD('123.50', 19, '*_')::VARCHAR AS B,
    LPAD('Twelve Dollars', 10, '$')::VARCHAR AS C, LPAD('Hi', 5)::VARCHAR AS D,
    LPAD('Hi', 5, '')::VARCHAR AS E, LPAD('Hi', 1, '')::VARCHAR AS F, RPAD('123.50', 19, '*_')::VARCHAR AS G,
    RPAD('Hi', 4)::VARCHAR AS H, RPAD('Hi', 0, 'x')::VARCHAR AS I, RPAD(NULL, 2, 'x')::VARCHAR AS J;

-- Trimming takes blanks, or the characters that are told.
SELECT TRIM('  a b  ')::VARCHAR AS A, LTRIM('  a ')::VARCHAR AS B, RTRIM(' a  ')::VARCHAR AS C,
    TRIM('*-*ABC-*-', '*-')::VARCHAR AS D, TRIM('\ta\n')::VARCHAR AS E, TRIM('ABC\n', '\n')::VARCHAR AS F,
    LTRIM('#000000123', '0#')::VARCHAR AS G, RTRIM('$125.00', '0.')::VARCHAR AS H,
    TRIM('abc', '')::VARCHAR AS I, TRIM(NULL)::VARCHAR AS J, TRIM('a', NULL)::VARCHAR AS K,
    TRIM('aaa', 'a')::VARCHAR AS L;

-- Letter case.
SELECT UPPER('abc é')::VARCHAR AS A, LOWER('ÄÖÜ Ω')::VARCHAR AS B,
    INITCAP('OVER the River 2 Times')::VARCHAR AS C, INITCAP('HelL0_hi+therE')::VARCHAR AS D,
    INITCAP('νησί του ποταμού')::VARCHAR AS E, INITCAP('Hi,are?you!there')::VARCHAR AS F,
    INITCAP('ÄäÖößÜü')::VARCHAR AS G, INITCAP('')::VARCHAR AS H, INITCAP(NULL)::VARCHAR AS I;
SELECT INITCAP('this is the new Frame+work', '')::VARCHAR AS A,
    INITCAP('iqamqinterestedqinqthisqtopic', 'q')::VARCHAR AS B,
    INITCAP('lion☂fRog potato⨊cLoUD', '⨊☂')::VARCHAR AS C,
    INITCAP('apple is僉sweetandballIsROUND', '僉a b')::VARCHAR AS D;

-- Replacing, repeating, reversing.
SELECT REPLACE('down', 'down', 'up')::VARCHAR AS A, REPLACE('abcd', 'bc')::VARCHAR AS B,
    REPLACE('aaa', 'aa', 'b')::VARCHAR AS C, REPLACE('abc', '', 'x')::VARCHAR AS D,
    REPLACE('abc', 'b', NULL)::VARCHAR AS E, REPLACE('a.b', '.', '')::VARCHAR AS F,
    TRANSLATE('peña', 'ñ', 'n')::VARCHAR AS G, TRANSLATE('❄a❄bX❄dYZ❄', 'XYZ❄', 'cef')::VARCHAR AS H,
    TRANSLATE('abc', '', '')::VARCHAR AS I, TRANSLATE(NULL, 'a', 'b')::VARCHAR AS J;
-- @error 100078
SELECT TRANSLATE('abc', 'a', 'xy') AS A;
SELECT REPEAT('xy', 5)::VARCHAR AS A, REPEAT('xy', 0)::VARCHAR AS B, REPEAT('', 9)::VARCHAR AS C,
    REPEAT('x', NULL)::VARCHAR AS D, SPACE(3)::VARCHAR AS E, SPACE(0)::VARCHAR AS F,
    REVERSE('Hello, world!')::VARCHAR AS G, REVERSE('日本')::VARCHAR AS H, REVERSE(NULL)::VARCHAR AS I;

-- Parts: SPLIT_PART takes the whole delimiter, STRTOK each of its characters.
SELECT COLUMN1 AS N, SPLIT_PART('11.22.33', '.', N)::VARCHAR AS A,
    SPLIT_PART('user@host', '', N)::VARCHAR AS B
FROM VALUES (0), (1), (2), (3), (4), (-1), (-2), (-3), (-4)
ORDER BY N;
SELECT SPLIT_PART('|a|b|c|', '|', 1)::VARCHAR AS A, SPLIT_PART('|a|b|c|', '|', 2)::VARCHAR AS B,
    SPLIT_PART('aaa--bbb-BBB--ccc', '--', 2)::VARCHAR AS C, SPLIT_PART(NULL, '.', 1)::VARCHAR AS D,
    SPLIT_PART('a', NULL, 1)::VARCHAR AS E, SPLIT_PART('a.b', '.', NULL)::VARCHAR AS F,
    STRTOK('data1||data2|-data3---data4', '|-', 2)::VARCHAR AS G,
    SPLIT_PART('data1||data2|-data3---data4', '|-', 2)::VARCHAR AS H;
SELECT STRTOK('a.b.c', '.', 1)::VARCHAR AS A, STRTOK('user@snowflake.com', '@.', 3)::VARCHAR AS B,
    STRTOK('user@snowflake.com.', '@.', 4)::VARCHAR AS C, STRTOK('', '', 1)::VARCHAR AS D,
    STRTOK('a.b', '', 1)::VARCHAR AS E, STRTOK(NULL, '.', 1)::VARCHAR AS F,
    STRTOK('a.b', NULL, 1)::VARCHAR AS G, STRTOK('a.b', '.', NULL)::VARCHAR AS H,
    STRTOK('one two')::VARCHAR AS I, STRTOK('  one', ' ')::VARCHAR AS J;
SELECT SPLIT('127.0.0.1', '.') AS A, SPLIT('127.0.0.1', '.')[0] AS B, SPLIT('|a||', '|') AS C,
    SPLIT('abc', '') AS D, SPLIT(NULL, '.') AS E, SPLIT('', ',') AS F, STRTOK_TO_ARRAY('a.b@c', '.@') AS G;

-- Joining: one NULL makes all of it NULL.
SELECT CONCAT('George ', 'Carver')::VARCHAR AS A, CONCAT('co', 'd', 'e')::VARCHAR AS B,
    CONCAT('x', NULL)::VARCHAR AS C, CONCAT_WS(',', 'one', 'two', 'three')::VARCHAR AS D,
    CONCAT_WS(',', 'one', NULL, 'two')::VARCHAR AS E, CONCAT_WS(',', 'one')::VARCHAR AS F,
    CONCAT_WS(NULL, 'a', 'b')::VARCHAR AS G, CONCAT_WS('-', 1, 2.5, TRUE)::VARCHAR AS H,
    CONCAT('x')::VARCHAR AS I;

-- Lengths and code points.
SELECT LENGTH('Joyeux Noël') AS A, LEN('圣诞节快乐') AS B, LENGTH('') AS C, LENGTH(NULL) AS D, LENGTH(12.50) AS E;
SELECT OCTET_LENGTH('abc')::VARCHAR AS A, OCTET_LENGTH('Ω')::VARCHAR AS B, BIT_LENGTH('abc')::VARCHAR AS C,
    BIT_LENGTH('Ω')::VARCHAR AS D, RTRIMMED_LENGTH(' ABCD ')::VARCHAR AS E, RTRIMMED_LENGTH('')::VARCHAR AS F,
    OCTET_LENGTH(NULL)::VARCHAR AS G;
SELECT COLUMN1::VARCHAR AS S, ASCII(S)::VARCHAR AS A, UNICODE(S)::VARCHAR AS U, CHR(UNICODE(S))::VARCHAR AS C
FROM VALUES ('!'), ('cde'), (''), (NULL), ('a')
ORDER BY S;
SELECT UNICODE('❄')::VARCHAR AS A, CHR(83)::VARCHAR AS B, CHAR(169)::VARCHAR AS C, CHR(8364)::VARCHAR AS D,
    CHR(128512)::VARCHAR AS E, CHR(NULL)::VARCHAR AS F;
-- @error 100137
SELECT CHR(-1) AS A;
-- @error 100137
SELECT CHR(999999999999) AS A;

-- How near two texts are.
SELECT COLUMN1::VARCHAR AS S, COLUMN2::VARCHAR AS T, EDITDISTANCE(S, T)::VARCHAR AS A,
    EDITDISTANCE(T, S)::VARCHAR AS B, EDITDISTANCE(S, T, 3)::VARCHAR AS C,
    EDITDISTANCE(S, T, -1)::VARCHAR AS D, JAROWINKLER_SIMILARITY(S, T)::VARCHAR AS J
FROM VALUES ('', ''), ('Gute nacht', 'Ich weis nicht'), ('Snowflake', 'Oracle'), ('święta', 'swieta'),
    (NULL, ''), ('same', 'SAME')
ORDER BY S, T;
SELECT EDITDISTANCE('Ich weiß nicht', 'Ich wei? nicht')::VARCHAR AS A,
    EDITDISTANCE('Ich weiß nicht', 'Ich weiss nicht')::VARCHAR AS B,
    EDITDISTANCE('future', 'past', 2) < 2 AS C, JAROWINKLER_SIMILARITY('MARTHA', 'marhta')::VARCHAR AS D;
SELECT JAROWINKLER_SIMILARITY('Ich weiß nicht', 'Ich wei? nicht') AS A,
    JAROWINKLER_SIMILARITY('Ich weiß nicht', 'Ich weiss nicht') AS B;
SELECT SOUNDEX_P123('Pfister') AS A;
SELECT SOUNDEX('Pfister')::VARCHAR AS A, SOUNDEX('Marks')::VARCHAR AS B, SOUNDEX('Marx')::VARCHAR AS C,
    SOUNDEX('I love rock and roll music.')::VARCHAR AS D, SOUNDEX('Robert')::VARCHAR AS E,
    SOUNDEX('Tymczak')::VARCHAR AS F, SOUNDEX('Ashcraft')::VARCHAR AS G, SOUNDEX(NULL)::VARCHAR AS H;

-- LIKE and its kin: the whole text, % and _, and an escape only where one is told.
CREATE TABLE N (N VARCHAR(20));
INSERT INTO N VALUES ('John  Dddoe'), ('John \'alias\' Doe'), ('Joe   Doe'), ('John_down'), ('Joe down'),
    ('Elaine'), (''), (NULL), ('100 times'), ('100%'), ('1000 times'), ('a\nb');
SELECT N FROM N WHERE N LIKE '%Jo%oe%' ORDER BY N;
SELECT N FROM N WHERE N NOT LIKE 'John%' ORDER BY N;
SELECT N FROM N WHERE N LIKE '%J%h%^_do%' ESCAPE '^';
SELECT N FROM N WHERE N LIKE '100\\%' ESCAPE '\\';
SELECT N FROM N WHERE N LIKE ANY ('%Jo%oe%', 'E%e', 'a_b') ORDER BY N;
SELECT N FROM N WHERE N LIKE ALL ('J%', '%e', '%d%') ORDER BY N;
SELECT N FROM N WHERE N LIKE ANY ('%J%h%^_do%', '100^%') ESCAPE '^' ORDER BY N;
SELECT N FROM N WHERE N ILIKE '%J%H%ALIAS%' OR N ILIKE ANY ('elaine', 'JOHN^_%') ESCAPE '^' ORDER BY N;
SELECT 'a' LIKE 'A' AS A, 'a' ILIKE 'A' AS B, '' LIKE '' AS C, '' LIKE '%' AS D, 'abc' LIKE 'a' AS E,
    NULL LIKE '%' AS F, 'a' LIKE NULL AS G, 'ab' LIKE '_' AS H, '日' LIKE '_' AS I, LIKE('abc', 'a%') AS J,
    LIKE('a%', 'a^%', '^') AS K, 'a' NOT ILIKE 'B' AS L;

-- A backslash is a character as any other.
SELECT 'a\\b' LIKE 'a\\b' AS A, 'C:\\dir' LIKE 'C:\\%' AS B, 'x%' LIKE 'x\\%' AS C, LIKE('a\\b', 'a\\b') AS D;
-- @error 000938
SELECT UPPER() AS A;
-- @error 000938
SELECT LEFT('a') AS A;
-- @error 100038
SELECT SUBSTR('abc', 'x') AS A;
-- @error 001044
SELECT UPPER(X'41') AS A;

-- Parts of addresses.
SELECT COLUMN1 AS ID, PARSE_URL(COLUMN2) AS A
FROM VALUES (1, 'mailto:jo@example.org'), (2, 'https://www.example.org/'),
    (3, 'http://JO:WORD@EXAMPLE.ORG:8080/HELLO.PHP?USER=1'), (4, NULL)
ORDER BY ID;
SELECT PARSE_URL('https://example.org/a/b?x=1&y=two#part'):parameters AS A,
    PARSE_URL('https://example.org/a/b?x=1&y=two#part'):fragment::VARCHAR AS B,
    PARSE_URL('https://example.org/a/b?x=1&y=two#part'):path::VARCHAR AS C,
    PARSE_URL('example.org/a', 1) AS D, PARSE_URL(NULL, 1) AS E;
-- @error 100139
SELECT PARSE_URL('example.org/hello.php?user=12', 0) AS A;
SELECT PARSE_IP('192.168.242.188/24', 'inet') AS A;
SELECT PARSE_IP('fe80::20c:29ff:fe2c:429/64', 'inet') AS A;
SELECT PARSE_IP('10.0.0.1', 'inet') AS A;
SELECT PARSE_IP('192.168.243.189/24', 'INET'):ipv4 BETWEEN PARSE_IP('192.168.243.0/24', 'INET'):ipv4_range_start AND PARSE_IP('192.168.243.0/24', 'INET'):ipv4_range_end AS A,
    PARSE_IP('fe80:12:1:29ff::1', 'INET'):hex_ipv6::VARCHAR AS B;
SELECT SOUNDEX_P123('Pfister') AS A, SOUNDEX_P123('Lloyd') AS B, SOUNDEX('Pfister') AS C,
    SOUNDEX('Lloyd') AS D;
SELECT LEN('abc') AS A, LEN('') AS B, LEN(X'0102') AS C, LEN(NULL) AS D;
SELECT ILIKE('Ab', 'aB%') AS A, ILIKE('a%', 'A!%', '!') AS B, ILIKE('ab', 'a!%', '!') AS C, ILIKE(NULL, 'a') AS D;
