-- XML: parsed into objects, its elements, attributes and contents, and back to text
-- sql-reference/functions/parse_xml, xmlget, check_xml, to_xml; user-guide/semistructured-data-formats (XML)

CREATE TABLE XTAB (ID INT, V OBJECT);
INSERT INTO XTAB
SELECT COLUMN1, PARSE_XML(COLUMN2)
FROM VALUES (1, '<a/>'), (2, '<a attr="123">text</a>'), (3, '<a><b>X</b><b>Y</b></a>'), (4, NULL);
SELECT ID, V FROM XTAB ORDER BY ID;
SELECT ID, V:"@" AS NAME, V:"$" AS CONTENT, V:"@attr" AS ATTRIBUTE, TO_VARCHAR(V) AS TEXT FROM XTAB ORDER BY ID;

CREATE TABLE XML_DEMO (ID INTEGER, O OBJECT);
INSERT INTO XML_DEMO
SELECT 1001, PARSE_XML('<level1> 1 <level2> 2 <level3> 3A </level3> <level3> 3B </level3> </level2> </level1>');
INSERT INTO XML_DEMO SELECT 1002, PARSE_XML('<level1> 1 <level2 an_attribute="my attribute"> 2 </level2> </level1>');
SELECT ID, TO_VARCHAR(XMLGET(O, 'level2')) AS ELEMENT,
    TO_VARCHAR(XMLGET(XMLGET(O, 'level2'), 'level3', 1)) AS SECOND
FROM XML_DEMO ORDER BY ID;
SELECT ID, XMLGET(O, 'none') AS NO_SUCH, XMLGET(O, 'level2', 1) AS BEYOND, XMLGET(NULL, 'level2') AS NOTHING,
    XMLGET(O, 'level1') AS OUTERMOST
FROM XML_DEMO ORDER BY ID;
SELECT ID, GET(XMLGET(O, 'level2'), '$') AS CONTENT, GET(XMLGET(O, 'level2'), '@') AS NAME,
    GET(XMLGET(O, 'level2'), '@an_attribute') AS ATTRIBUTE
FROM XML_DEMO ORDER BY ID;
SELECT GET(XMLGET(XMLGET(O, 'level2'), 'level3'), '$')::VARCHAR AS INNER_TEXT, O:"$"[0] AS FIRST,
    TYPEOF(O:"$"[0]) AS KIND
FROM XML_DEMO WHERE ID = 1001;
SELECT O:level2 AS POSITION, GET(XMLGET(O, 'level2'), 'level3') AS POSITIONS FROM XML_DEMO WHERE ID = 1001;

-- Numbers and booleans are recognized, unless that is switched off.
SELECT TO_VARCHAR(PARSE_XML('<test>22257e111</test>')) AS CONVERTED,
    TO_VARCHAR(PARSE_XML('<test>22257e111</test>', TRUE)) AS KEPT;
SELECT TYPEOF(PARSE_XML('<n>123.45</n>'):"$") AS D, TYPEOF(PARSE_XML('<n>12</n>'):"$") AS I,
    TYPEOF(PARSE_XML('<n>true</n>'):"$") AS B, TYPEOF(PARSE_XML('<n>2024-01-01</n>'):"$") AS T,
    TYPEOF(PARSE_XML('<n>12</n>', TRUE):"$") AS OFF;

SELECT CHECK_XML('<name> Valid </name>') AS GOOD, CHECK_XML('<name> Invalid </WRONG_CLOSING_TAG>') AS BAD,
    CHECK_XML(NULL) AS NOTHING;
-- @error 100100
SELECT PARSE_XML('<a><b></a>') AS X;

