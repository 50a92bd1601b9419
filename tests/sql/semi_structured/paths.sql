-- Paths into VARIANT, OBJECT and ARRAY: names with and without quotes, brackets, GET and its kin, what is not there
-- user-guide/querying-semistructured; sql-reference/functions/get, get_path, get_ignore_case;
-- sql-reference/data-types-semistructured

CREATE TABLE SALES (SRC VARIANT);
INSERT INTO SALES SELECT PARSE_JSON(COLUMN1) FROM VALUES
('{"dealer": "Nord", "person": {"id": "55", "Name": "Ada"}, "vehicle": [{"make": "Lada", "price": 20275, "extras": ["roof", "rack"]}, {"make": "Saab"}], "company name": "N & Co", "94987": 1, "#per": 2, "a.b": "dotted", "nothing": null}');

-- A colon, then dots; names are compared letter by letter, the column's is not.
SELECT SRC:dealer AS A, src:dealer AS B, SRC:Dealer AS C, SRC:DEALER AS D, SRC:person.Name AS E,
    SRC:person.name AS F, SRC:Person.Name AS G
FROM SALES;
SELECT SRC:"dealer" AS A, SRC:"company name" AS B, SRC:"94987" AS C, SRC:"#per" AS D, SRC:"a.b" AS E,
    SRC:"person"."Name" AS F, SRC:"person":"Name" AS G
FROM SALES;
SELECT S.SRC:person.id AS A, SALES.SRC:person.id AS B FROM SALES S JOIN SALES ON TRUE;
SELECT SRC:person:id AS COLONS, SRC:person.id::INT AS NUMBER_OF_TEXT, SRC:person.id::VARCHAR || '!' AS TEXT FROM SALES;

-- Brackets, with texts and numbers that may be computed.
SELECT SRC['dealer'] AS A, SRC['person']['Name'] AS B, SRC['person'].Name AS C, SRC:person['Name'] AS D,
    SRC['Dealer'] AS E, SRC['a.b'] AS F
FROM SALES;
SELECT SRC:vehicle[0].make AS A, SRC:vehicle[1].make AS B, SRC:vehicle[2].make AS C, SRC:vehicle[0].extras[1] AS D,
    SRC['vehicle'][0]['extras'][0] AS E
FROM SALES;
SELECT SRC:vehicle[1 - 1].make AS A, SRC['deal' || 'er'] AS B,
    SRC:vehicle[0].extras[ARRAY_SIZE(SRC:vehicle) - 1] AS C
FROM SALES;
SELECT SRC:vehicle[-1] AS NEGATIVE, SRC:vehicle[99] AS BEYOND FROM SALES;

-- What is not there, or is of another kind, is SQL NULL; a JSON null that is there is not.
SELECT SRC:none AS A, SRC:none.deeper.still AS B, SRC:none[0] AS C, SRC:dealer.x AS D, SRC:dealer[0] AS E,
    SRC:vehicle.make AS F, SRC:person[0] AS G
FROM SALES;
SELECT SRC:nothing AS A, SRC:nothing IS NULL AS B, SRC:nothing.x AS C, SRC:nothing.x IS NULL AS D,
    SRC:none IS NULL AS E
FROM SALES;
SELECT SRC:none::INT AS A, SRC:none::VARCHAR AS B, SRC:none.x::DATE AS C, SRC:nothing::INT AS D,
    SRC:nothing::VARCHAR AS E
FROM SALES;

-- A path binds more tightly than a cast, and a cast more tightly than arithmetic.
SELECT SRC:vehicle[0].price::NUMBER * 0.10 AS TAX, SRC:vehicle[0].price * 2 AS TWICE,
    SRC:vehicle[0].price + 1 = 20276 AS SAME
FROM SALES;
SELECT SRC:vehicle[0].price::NUMBER(10,2)::VARCHAR AS TWO_CASTS, SRC:vehicle[0]:extras[0]::VARCHAR AS EXTRA FROM SALES;

-- Objects, arrays and constants have paths too.
SELECT OBJECT_CONSTRUCT('a', OBJECT_CONSTRUCT('b', 5)):a.b AS A,
    ARRAY_CONSTRUCT(1, 2, ARRAY_CONSTRUCT(3, 4))[2][1] AS B, {'k': [10, 20]}:k[1] AS C, [7, 8, 9][0] AS D;
SELECT {'k': 'v'}['k'] AS A, {'k': 'v'}['K'] AS B, PARSE_JSON('[[1, 2], [3, 4]]')[1][0] AS C,
    (PARSE_JSON('{"a": [1]}')):a[0] AS D;

-- GET: an index into an array, a key into an object; anything else is NULL.
SELECT GET(SRC, 'dealer') AS A, GET(SRC:vehicle, 0):make AS B, GET(SRC, 0) AS C, GET(SRC:vehicle, 'make') AS D,
    GET(SRC, 'Dealer') AS E, GET(SRC:vehicle, 7) AS F
FROM SALES;
SELECT GET(ARRAY_CONSTRUCT(2.71, 3.14), 0) AS A, GET(OBJECT_CONSTRUCT('Peru', 'Lima'), 'Peru') AS B,
    GET(NULL::VARIANT, 'a') AS C, GET(PARSE_JSON('{"a": 1}'), NULL) AS D,
    GET(SRC:vehicle, ARRAY_SIZE(SRC:vehicle) - 1):make AS E
FROM SALES;
SELECT GET(PARSE_JSON('{"a": null}'), 'a') AS A, GET(PARSE_JSON('{"a": null}'), 'a') IS NULL AS B,
    GET(PARSE_JSON('5'), 'a') AS C, GET(PARSE_JSON('[1, , 3]'), 1) AS D;

-- GET_PATH takes a path as a text, in either way of writing.
SELECT GET_PATH(SRC, 'vehicle[0]:make') AS A, GET_PATH(SRC, 'vehicle[0].make') AS B,
    GET_PATH(SRC, 'person.Name') AS C, GET_PATH(SRC, '["person"]["Name"]') AS D, GET_PATH(SRC, '[''dealer'']') AS E
FROM SALES;
SELECT GET_PATH(SRC, '"company name"') AS A, GET_PATH(SRC, 'vehicle[1].make.x') AS B, GET_PATH(SRC, 'none.x') AS C,
    GET_PATH(SRC, 'vehicle[0].extras[1]') AS D, GET_PATH(SRC, '["a.b"]') AS E
FROM SALES;
SELECT GET_PATH(PARSE_JSON('[[1, 2], [3, 4]]'), '[1][0]') AS A, GET_PATH(NULL, 'a') AS B,
    GET_PATH(OBJECT_CONSTRUCT('o', OBJECT_CONSTRUCT('i', 'x1')), 'o:i') AS C;

SELECT P.COLUMN1 AS PATH, GET_PATH(SRC, P.COLUMN1) AS V
FROM SALES, (VALUES ('dealer'), ('person.id'), ('vehicle[0].price'), ('no')) P ORDER BY P.COLUMN1;

-- GET_IGNORE_CASE takes the key of the same case first.
SELECT GET_IGNORE_CASE(OBJECT_CONSTRUCT('aa', 1, 'aA', 2, 'Aa', 3), 'aA') AS EXACT,
    GET_IGNORE_CASE(OBJECT_CONSTRUCT('Ab', 4), 'aB') AS OTHER,
    GET_IGNORE_CASE(OBJECT_CONSTRUCT('a', 1), 'b') AS NONE;
SELECT GET_IGNORE_CASE(SRC, 'DEALER') AS A, GET_IGNORE_CASE(SRC:person, 'NAME') AS B,
    GET_IGNORE_CASE(NULL::OBJECT, 'x') AS C
FROM SALES;

-- In every clause of a query.
SELECT SRC:person.Name::VARCHAR AS NAME, COUNT(*) AS N
FROM SALES WHERE SRC:dealer = 'Nord' AND SRC:vehicle[0].price > 20000 GROUP BY SRC:person.Name::VARCHAR
HAVING MAX(SRC:vehicle[0].price::INT) < 30000 ORDER BY SRC:person.Name::VARCHAR;
SELECT DISTINCT SRC:dealer::VARCHAR AS DEALER
FROM SALES WHERE SRC:vehicle[0].extras[0]::VARCHAR LIKE 'ro%' AND SRC:"94987" IN (1, 2);
-- @error 000904
SELECT NO_SUCH:a FROM SALES;
