-- Casts into VARIANT and out of it, to arrays and objects, and what they refuse
-- sql-reference/data-type-conversion; sql-reference/data-types-semistructured; sql-reference/functions/to_variant, to_array, to_object, to_char, to_decimal, to_boolean, to_date, try_cast

-- Into VARIANT: the type goes along.

-- Out of it again.

-- Arrays and objects.

-- What a value is not.
-- @error 100078
SELECT PARSE_JSON('"abcdef"')::VARCHAR(3) AS S;
-- @error 100039
SELECT PARSE_JSON('1000')::NUMBER(3,0) AS N;

-- A cast of what is not there.
SELECT PARSE_JSON('{"a": "5"}'):a::INT + PARSE_JSON('{"a": "5"}'):b::INT AS SUM, PARSE_JSON('{}'):a::DATE AS D, PARSE_JSON('{}'):a.b.c::BOOLEAN AS B, PARSE_JSON('{}'):a::ARRAY AS A, PARSE_JSON('{}'):a::OBJECT AS O;

-- Columns of a table, both ways.
CREATE TABLE VARIA (FLOAT1 FLOAT, V VARIANT, FLOAT2 FLOAT);
INSERT INTO VARIA VALUES (1.23, NULL, NULL);
UPDATE VARIA SET V = TO_VARIANT(FLOAT1);
UPDATE VARIA SET FLOAT2 = V::FLOAT;
SELECT * FROM VARIA;
CREATE TABLE TYPED (I INT, S VARCHAR(10), V VARIANT, A ARRAY, O OBJECT);
INSERT INTO TYPED SELECT PARSE_JSON('1'), PARSE_JSON('"s"'), 5, [1], {'k': 2};
INSERT INTO TYPED SELECT '2', 3, TRUE, PARSE_JSON('[4]'), PARSE_JSON('{"k": 5}');
SELECT I, S, V, A, O FROM TYPED ORDER BY I;

-- Arithmetic and text on a VARIANT take the value for what it is.
SELECT PARSE_JSON('3') * 2 AS PRODUCT, PARSE_JSON('3') + PARSE_JSON('4') AS SUM, PARSE_JSON('"a"') || 'b' AS JOINED, PARSE_JSON('"abc"') LIKE 'a%' AS LIKED, UPPER(PARSE_JSON('"abc"')) AS UPPERED, PARSE_JSON('10') / 4 AS QUOTIENT;
