-- SEARCH and SEARCH_IP: words and addresses in texts and in semi-structured data
-- https://docs.snowflake.com/en/sql-reference/functions/search
-- https://docs.snowflake.com/en/sql-reference/functions/search_ip
SELECT SEARCH('Once upon a time', 'ONCE') AS FOUND, SEARCH('Once upon a time', 'one') AS NOT_FOUND, SEARCH('leopard', 'snow leopard') AS EITHER, SEARCH('leopard', 'snow leopard', SEARCH_MODE => 'AND') AS ALL_OF_THEM;
SELECT COLUMN1 AS TEXT, SEARCH(TEXT, 'blue,red,green', SEARCH_MODE => 'PHRASE') AS PHRASE, SEARCH(TEXT, 'blue,red,green', SEARCH_MODE => 'EXACT') AS EXACT FROM VALUES ('red,green,blue'), ('blue,yellow,red,green'), ('Blue, Red, Green'), ('-blue,red,green;'), ('darkblue,red,green') ORDER BY TEXT;
SELECT SEARCH('sky blue', 'sky', ANALYZER => 'NO_OP_ANALYZER') AS PART, SEARCH('sky blue', 'sky blue', ANALYZER => 'NO_OP_ANALYZER') AS WHOLE, SEARCH('sky blue', 'Sky blue', ANALYZER => 'NO_OP_ANALYZER') AS LETTER_CASE;
CREATE TABLE T (ID INT, A VARCHAR, B VARIANT);
INSERT INTO T SELECT 1, 'king lear', PARSE_JSON('{"role": "KENT", "line": "I thought"}') UNION ALL SELECT 2, NULL, NULL UNION ALL SELECT 3, 'hamlet', PARSE_JSON('["to be"]');
SELECT ID, SEARCH((A, B), 'kent') AS FOUND, SEARCH((B:role), 'kent') AS IN_ROLE, SEARCH((ID, A), 'hamlet') AS OTHERS_IGNORED FROM T ORDER BY ID;
SELECT SEARCH('a', NULL) AS NONE;
-- @error 001044
SELECT SEARCH(ID, 'x') FROM T;
-- @error 100137
SELECT SEARCH('a', 'a', SEARCH_MODE => 'NEAR');
-- @error 001003
SELECT SEARCH('a', 'a', LANGUAGE => 'en');
-- @refused
SELECT SEARCH('a', 'a', ANALYZER => 'UNICODE_ANALYZER');
CREATE TABLE IPS (ID INT, SOURCE VARCHAR, TARGET VARCHAR, V6 VARCHAR);
INSERT INTO IPS VALUES (1, '192.0.2.146', '203.0.113.5', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'), (2, '192.0.2.111', '192.000.002.146', '2001:db8:1234::5678');
SELECT ID, SEARCH_IP((SOURCE, TARGET, V6), '192.0.2.146') AS ONE, SEARCH_IP((V6), '2001:db8:85a3::8a2e:370:7334') AS V6, SEARCH_IP((SOURCE, TARGET), '192.0.2.1/20') AS NETWORK, SEARCH_IP((SOURCE, TARGET), '203.000.113.005') AS ZEROS, SEARCH_IP(TARGET, '203.0.113.1') AS NONE FROM IPS ORDER BY ID;
SELECT SEARCH_IP('from 10.1.2.3, port 80', '10.0.0.0/8') AS IN_TEXT, SEARCH_IP(NULL, '10.0.0.1') AS NOTHING;
-- @error 100137
SELECT SEARCH_IP('10.0.0.1', '10.0.0');
