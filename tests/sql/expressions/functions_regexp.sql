-- Regular expressions: matching whole texts, counting, finding, taking out and replacing.
-- Pages: sql-reference/functions-regexp.md, and sql-reference/functions/ rlike, regexp, regexp_like, regexp_count, regexp_instr, regexp_substr, regexp_substr_all, regexp_replace

CREATE TABLE C (CITY VARCHAR(20));
INSERT INTO C VALUES ('Sacramento'), ('San Francisco'), ('San Jose'), (NULL);

-- RLIKE, REGEXP and REGEXP_LIKE match the whole text.
SELECT CITY FROM C WHERE RLIKE(CITY, 'san.*', 'i') ORDER BY CITY;
SELECT CITY FROM C WHERE NOT RLIKE(CITY, 'san.*', 'i') ORDER BY CITY;
SELECT CITY FROM C WHERE CITY RLIKE 'San.* [fF].*';
SELECT CITY FROM C WHERE CITY NOT RLIKE 'San.*' ORDER BY CITY;
SELECT CITY FROM C WHERE CITY REGEXP 'S[^ ]+' OR REGEXP_LIKE(CITY, 'san j.*', 'i') ORDER BY CITY;
SELECT RLIKE('800-456-7891', $$[2-9]\d{2}-\d{3}-\d{4}$$) AS A,
    RLIKE('jsmith@email.com', '\\w+@[a-zA-Z_]+\\.[a-zA-Z]{2,3}') AS B, RLIKE('abc', 'ab') AS C,
    RLIKE('abc', 'ab.*') AS D, RLIKE('', '') AS E, RLIKE('a', '') AS F, RLIKE(NULL, 'a') AS G,
    RLIKE('a', NULL) AS H, RLIKE('abc', '^abc$') AS I, REGEXP_LIKE('ab\ncd', 'ab.cd') AS J,
    REGEXP_LIKE('ab\ncd', 'ab.cd', 's') AS K;

-- Of c and i, the last one counts.
SELECT RLIKE('ABC', 'abc', 'ci') AS A, RLIKE('ABC', 'abc', 'ic') AS B, RLIKE('ABC', 'abc', '') AS C,
    RLIKE('?', '\\?') AS D, RLIKE('(NY)', '\\([[:alnum:]]+\\)') AS E, RLIKE('日本', '..') AS F,
    RLIKE('a|b', 'a|b') AS G, RLIKE('ab', 'a|b') AS H;
-- @error 100048
SELECT RLIKE('a', '(') AS A;
-- @error 100137
SELECT RLIKE('a', 'a', 'x') AS A;

-- Counting: matches do not overlap.
SELECT REGEXP_COUNT('It was the best of times, it was the worst of times', '\\bwas\\b', 1)::VARCHAR AS A,
    REGEXP_COUNT('Excelence', 'e', 1, 'i')::VARCHAR AS B, REGEXP_COUNT('snow', 'SNOW', 1, 'c')::VARCHAR AS C,
    REGEXP_COUNT('snow', 'SNOW', 1, 'i')::VARCHAR AS D,
    REGEXP_COUNT(',abc,def,ghi,jkl,', '[[:punct:]][[:alnum:]]+[[:punct:]]')::VARCHAR AS E,
    REGEXP_COUNT(',abc,,def,,ghi,,jkl,', '[[:punct:]][[:alnum:]]+[[:punct:]]', 1, 'i')::VARCHAR AS F,
    REGEXP_COUNT('aaa', 'aa')::VARCHAR AS G, REGEXP_COUNT('abab', 'ab', 2)::VARCHAR AS H,
    REGEXP_COUNT('abc', 'x')::VARCHAR AS I, REGEXP_COUNT(NULL, 'a')::VARCHAR AS J,
    REGEXP_COUNT('a', NULL)::VARCHAR AS K;
SELECT REGEXP_COUNT('abc', '')::VARCHAR AS A, REGEXP_COUNT('', '')::VARCHAR AS B,
    REGEXP_COUNT('a\nb\na', '^a', 1, 'm')::VARCHAR AS C, REGEXP_COUNT('a\nb\na', '^a')::VARCHAR AS D,
    REGEXP_COUNT('a\nb\na', 'b$', 1, 'm')::VARCHAR AS E, REGEXP_COUNT('x1_2', '\\w')::VARCHAR AS F,
    REGEXP_COUNT('x1 2', '\\D')::VARCHAR AS G, REGEXP_COUNT('a b\tc', '\\s')::VARCHAR AS H,
    REGEXP_COUNT('a b', '\\S')::VARCHAR AS I;

-- Taking out.
CREATE TABLE T (ID INT, S VARCHAR);
INSERT INTO T VALUES (2, 'It was the best of times, it was the worst of times.'),
    (3, 'In    the   string   the   extra   spaces  are   redundant.'), (4, 'A thespian theater is nearby.'),
    (5, NULL);
SELECT ID, REGEXP_SUBSTR(S, 'the\\W+\\w+')::VARCHAR AS A, REGEXP_SUBSTR(S, 'the\\W+\\w+', 1, 2)::VARCHAR AS B,
    REGEXP_SUBSTR(S, 'the\\W+(\\w+)', 1, 2, 'e', 1)::VARCHAR AS C,
    REGEXP_SUBSTR(S, 'the\\W+(\\w+)', 1, 2, 'e')::VARCHAR AS D,
    REGEXP_SUBSTR(S, 'the\\W+(\\w+)', 1, 2, '', 1)::VARCHAR AS E
FROM T
ORDER BY ID;
SELECT ID, REGEXP_INSTR(S, 'the\\W+\\w+')::VARCHAR AS A, REGEXP_INSTR(S, 'the\\W+\\w+', 1, 2)::VARCHAR AS B,
    REGEXP_INSTR(S, 'the\\W+(\\w+)', 1, 2, 0, 'e', 1)::VARCHAR AS C,
    REGEXP_INSTR(S, 'the\\W+(\\w+)', 1, 2, 0, 'e')::VARCHAR AS D,
    REGEXP_INSTR(S, 'the\\W+(\\w+)', 1, 2, 1, '', 1)::VARCHAR AS E
FROM T
ORDER BY ID;
SELECT REGEXP_SUBSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 5)::VARCHAR AS A,
    REGEXP_INSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 5)::VARCHAR AS B,
    REGEXP_INSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 1, 3, 0)::VARCHAR AS C,
    REGEXP_INSTR('nevermore1, nevermore2, nevermore3.', 'nevermore\\d', 1, 3, 1)::VARCHAR AS D,
    REGEXP_SUBSTR('nevermore1, nevermore2', 'nevermore', 1, 4)::VARCHAR AS E,
    REGEXP_INSTR('nevermore1, nevermore2', 'nevermore', 1, 4)::VARCHAR AS F,
    REGEXP_INSTR('日本x', 'x')::VARCHAR AS G;
SELECT REGEXP_SUBSTR('A MAN A PLAN A CANAL', 'A\\W+(\\w+)', 1, 1, 'e', 1)::VARCHAR AS A,
    REGEXP_SUBSTR('A MAN A PLAN A CANAL', 'A\\W+(\\w+)', 1, 3, 'e', 1)::VARCHAR AS B,
    REGEXP_SUBSTR('A MAN A PLAN A CANAL', 'A\\W+(\\w+)', 1, 4, 'e', 1)::VARCHAR AS C,
    REGEXP_SUBSTR('A MAN A PLAN A CANAL', 'A\\W+(\\w)(\\w)(\\w)', 1, 1, 'e', 3)::VARCHAR AS D,
    REGEXP_SUBSTR('Release 24', 'Release\\W+(\\d+)', 1, 1, 'e')::VARCHAR AS E,
    REGEXP_SUBSTR('abc', 'b', 1, 1, 'e')::VARCHAR AS F, REGEXP_SUBSTR('abc', '')::VARCHAR AS G,
    REGEXP_SUBSTR('abc', 'a(b)c', 1, 1, 'e', 2)::VARCHAR AS H,
    REGEXP_SUBSTR('Customers - (NY)', $$\([[:alnum:]]+\)$$)::VARCHAR AS I;
CREATE TABLE B (ID INT, BODY VARCHAR(255));
INSERT INTO B VALUES (1, 'Hellooo World'), (2, 'How are you doing today?'),
    (3, 'the quick brown fox jumps over the lazy dog'), (4, 'PACK MY BOX WITH FIVE DOZEN LIQUOR JUGS');
SELECT REGEXP_SUBSTR(BODY, '\\b\\S*o\\S*\\b')::VARCHAR AS A,
    REGEXP_SUBSTR(BODY, '\\b\\S*o\\S*\\b', 3)::VARCHAR AS B,
    REGEXP_SUBSTR(BODY, '\\b\\S*o\\S*\\b', 3, 3)::VARCHAR AS C,
    REGEXP_SUBSTR(BODY, '\\b\\S*o\\S*\\b', 3, 3, 'i')::VARCHAR AS D,
    REGEXP_SUBSTR(BODY, '(H\\S*o\\S*\\b).*', 1, 1, '')::VARCHAR AS E
FROM B
ORDER BY ID;

-- All matches, as an array.
SELECT REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]') AS A,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 2) AS B,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 1, 3) AS C,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', '(a)([[:digit:]])', 1, 1, 'ie') AS D,
    REGEXP_EXTRACT_ALL('a1', 'b') AS E,
    REGEXP_SUBSTR_ALL('A MAN A PLAN A CANAL', 'A\\W+(\\w)(\\w)(\\w)', 1, 1, 'e', 2) AS F;

-- Replacing: all matches or one of them, with what its groups took.
SELECT REGEXP_REPLACE('It was the best of times', '( ){1,}', '')::VARCHAR AS A,
    REGEXP_REPLACE('best of times, worst of times', 'times', 'days', 1, 2)::VARCHAR AS B,
    REGEXP_REPLACE('firstname middlename lastname', '(.*) (.*) (.*)', '\\3, \\1 \\2')::VARCHAR AS C,
    REGEXP_REPLACE('Customers - (NY)', '\\(|\\)', '')::VARCHAR AS D,
    REGEXP_REPLACE('When I am cold, I am bold.', '(.old)', $$very \1$$)::VARCHAR AS E,
    REGEXP_REPLACE('abc', 'x', 'y')::VARCHAR AS F, REGEXP_REPLACE('abc', 'b')::VARCHAR AS G,
    REGEXP_REPLACE(NULL, 'b', 'c')::VARCHAR AS H, REGEXP_REPLACE('abc', 'b', NULL)::VARCHAR AS I,
    REGEXP_REPLACE('abc', '', 'x')::VARCHAR AS J;
SELECT REGEXP_REPLACE(BODY, '[aeiou]', '', 1, 0, 'i')::VARCHAR AS A,
    REGEXP_REPLACE(BODY, '\\b(\\S*)o(\\S*)\\b', '\\2@@\\1')::VARCHAR AS B,
    REGEXP_REPLACE(BODY, '\\b(\\S*)o(\\S*)\\b', '\\2@@\\1', 3)::VARCHAR AS C,
    REGEXP_REPLACE(BODY, '\\b(\\S*)o(\\S*)\\b', '\\2@@\\1', 3, 3)::VARCHAR AS D,
    REGEXP_REPLACE(BODY, '\\b(\\S*)o(\\S*)\\b', '\\2@@\\1', 3, 3, 'i')::VARCHAR AS E
FROM B
ORDER BY ID;
SELECT REGEXP_REPLACE('dog', '()', '*')::VARCHAR AS A, REGEXP_REPLACE('a.b', '.', '-')::VARCHAR AS B,
    REGEXP_REPLACE('a.b', '\\.', '-')::VARCHAR AS C, REGEXP_REPLACE('a\\b', '\\\\', '/')::VARCHAR AS D,
    REGEXP_REPLACE('ABC', 'b', 'x', 1, 1, 'i')::VARCHAR AS E,
    REGEXP_REPLACE('abcabc', 'b', 'x', 3)::VARCHAR AS F, REGEXP_REPLACE('ab', '(a)(b)', '\\0!')::VARCHAR AS G;

-- Neither lazy quantifiers nor references back within the pattern.
-- @error 100048
SELECT REGEXP_SUBSTR('aaa', '(a)\\1') AS A;
-- @error 100137
SELECT REGEXP_COUNT('abc', 'b', 0) AS A;
-- @error 000938
SELECT REGEXP_SUBSTR('abc') AS A;

-- All matches.
SELECT REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]') AS A,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 2) AS B,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 1, 3) AS C,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 1, 1, 'i') AS D,
    REGEXP_EXTRACT_ALL('a1_a2a3_a4A5a6', '(a)([[:digit:]])', 1, 1, 'ie') AS E,
    REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'b') AS F;
SELECT REGEXP_SUBSTR_ALL('A MAN A PLAN A CANAL', 'A\\W+(\\w+)', 1, 2, 'e', 1) AS A,
    REGEXP_SUBSTR_ALL('A MAN A PLAN A CANAL', 'A\\W+(\\w)(\\w)(\\w)', 1, 1, 'e', 3) AS B,
    REGEXP_SUBSTR_ALL('A MAN A PLAN A CANAL', 'A\\W+(\\w)(\\w)', 1, 1, 'c', 2) AS C,
    REGEXP_SUBSTR_ALL('abc', 'a(b)c', 1, 1, 'e', 2) AS D, REGEXP_SUBSTR_ALL(NULL, 'a') AS E,
    REGEXP_SUBSTR_ALL('abab', 'ab', 1, 3) AS F;

-- Counts and positions.
SELECT REGEXP_COUNT('abab', 'b') AS A, REGEXP_INSTR('abab', 'b') AS B;
