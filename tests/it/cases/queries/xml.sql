-- XML in values.
-- https://docs.snowflake.com/en/sql-reference/functions/parse_xml
CREATE DATABASE D;
CREATE TABLE XTAB (V OBJECT);
INSERT INTO XTAB SELECT PARSE_XML(COLUMN1) FROM VALUES ('<a/>'), ('<a attr="123">text</a>'), ('<a><b>X</b><b>Y</b></a>');
--> number of rows inserted
--- 3
SELECT V::VARCHAR, TO_JSON(V) FROM XTAB ORDER BY 1;
--> V::VARCHAR | TO_JSON(V)
--- <a attr="123">text</a> | {"$":"text","@":"a","@attr":123}
--- <a></a> | {"$":"","@":"a"}
--- <a><b>X</b><b>Y</b></a> | {"$":[{"$":"X","@":"b"},{"$":"Y","@":"b"}],"@":"a","b":[0,1]}
SELECT V FROM XTAB WHERE V:"@attr" = 123;
--> V
--- <a attr="123">text</a>
SELECT PARSE_XML('<test>22257e111</test>')::VARCHAR A, PARSE_XML('<test>22257e111</test>', TRUE)::VARCHAR B, PARSE_XML(NULL) C;
--> A | B | C
--- <test>2.225700000000000e+115</test> | <test>22257e111</test> | NULL
SELECT CHECK_XML('<name> Valid </name>') A, CHECK_XML('<name> Invalid </WRONG_CLOSING_TAG>') B;
--> A | B
--- NULL | no opening tag for </WRONG_CLOSING_TAG>, pos 35
SELECT PARSE_XML('<name> Invalid </WRONG_CLOSING_TAG>');
--! 100100 Error parsing XML: no opening tag for </WRONG_CLOSING_TAG>, pos 35
CREATE TABLE XML_DEMO AS SELECT PARSE_XML('<level1> 1 <level2 an_attribute="my attribute"> 2 <level3> 3A </level3> <level3> 3B </level3> </level2> </level1>') O;
SELECT XMLGET(XMLGET(O, 'level2'), 'level3', 1) FROM XML_DEMO;
--> XMLGET(XMLGET(O, 'LEVEL2'), 'LEVEL3', 1)
--- <level3>3B</level3>
SELECT GET(XMLGET(O, 'level2'), '@an_attribute') A, GET(XMLGET(O, 'level2'), 'level3')::VARCHAR B, XMLGET(O, 'none') C, XMLGET(O, 'level2', 1) E FROM XML_DEMO;
--> A | B | C | E
--- "my attribute" | [1,2] | NULL | NULL
SELECT XMLGET('<a/>', 'a');
--! 001044 Invalid argument types for function 'XMLGET': (VARCHAR(16777216), VARCHAR(16777216))
