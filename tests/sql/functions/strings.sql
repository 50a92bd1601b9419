-- Strings: sounds, addresses, URLs, words, and several patterns at once
-- https://docs.snowflake.com/en/sql-reference/functions/soundex_p123
-- https://docs.snowflake.com/en/sql-reference/functions/parse_ip
-- https://docs.snowflake.com/en/sql-reference/functions/parse_url
-- https://docs.snowflake.com/en/sql-reference/functions/md5_number
-- https://docs.snowflake.com/en/sql-reference/functions/like_any
-- https://docs.snowflake.com/en/sql-reference/functions/like_all
-- https://docs.snowflake.com/en/sql-reference/functions/ilike_any
SELECT SOUNDEX('Pfister') AS S1, SOUNDEX_P123('Pfister') AS P1, SOUNDEX('LLoyd') AS S2, SOUNDEX_P123('Lloyd') AS P2, SOUNDEX_P123('Marks') AS P3, SOUNDEX_P123('') AS EMPTY, SOUNDEX_P123(NULL) AS NONE;
SELECT MD5_NUMBER('Snowflake') AS N;
SELECT PARSE_IP('192.168.242.188/24', 'INET') AS IP;
SELECT PARSE_IP('fe80::20c:29ff:fe2c:429/64', 'inet') AS IP;
SELECT PARSE_IP('10.0.0.1', 'CIDR') AS IP, PARSE_IP(NULL, 'INET') AS NONE;
SELECT PARSE_IP('10.0.0', 'INET', 1):error IS NOT NULL AS FAULT;
-- @error 100137
SELECT PARSE_IP('10.0.0.256', 'INET');
-- @error 100137
SELECT PARSE_IP('10.0.0.1', 'MAC');
SELECT PARSE_URL('http://USER:PASS@EXAMPLE.INT:4345/HELLO.PHP?USER=1') AS U;
SELECT COLUMN1 AS URL, PARSE_URL(URL):host AS HOST, PARSE_URL(URL):path AS PATH, PARSE_URL(URL):fragment AS FRAGMENT, PARSE_URL(URL):scheme AS SCHEME FROM VALUES ('mailto:abc@xyz.com'), ('https://www.snowflake.com/'), ('https://a.b/c/d?x=1&y#z') ORDER BY URL;
SELECT PARSE_URL('https://a.b/c?x=1&y&z=%20') AS U;
SELECT PARSE_URL('example.int/hello.php?user=12#nofragment', 1) AS FAULT, PARSE_URL(NULL) AS NONE;
-- @error 100139
SELECT PARSE_URL('example.int/hello.php?user=12#nofragment', 0);
CREATE TABLE NAMES (NAME VARCHAR);
INSERT INTO NAMES VALUES ('John  Dddoe'), ('Joe   Doe'), ('John_down'), ('John_do%wn'), ('Joe down'), ('Tom   Doe'), ('Tim down'), (NULL);
SELECT NAME FROM NAMES WHERE NAME LIKE ANY ('%Jo%oe%', 'T%e') ORDER BY NAME;
SELECT NAME FROM NAMES WHERE NAME LIKE ANY ('%J%h%^_do%', 'T%^%e') ESCAPE '^' ORDER BY NAME;
SELECT NAME FROM NAMES WHERE NAME LIKE ALL ('%Jo%oe%', 'J%e') ORDER BY NAME;
SELECT NAME FROM NAMES WHERE NAME LIKE ALL ('%J%h%^_do%', 'J%^%wn') ESCAPE '^' ORDER BY NAME;
SELECT NAME FROM NAMES WHERE NAME ILIKE ANY ('jo%oe%', 't%e') ORDER BY NAME;
SELECT NAME FROM NAMES WHERE NAME NOT LIKE ANY ('J%', 'T%e') ORDER BY NAME;
SELECT 'ab' LIKE ANY ('a%') AS ONE, 'ab' LIKE ANY ('x', 'y') AS NONE_FITS, 'ab' LIKE ANY ('a%', NULL) AS UNSURE, NULL LIKE ANY ('a') AS NOTHING;
