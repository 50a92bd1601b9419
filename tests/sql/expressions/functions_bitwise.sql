-- Bitwise functions, of integers and of bytes.
-- Pages: sql-reference/expressions-byte-bit.md, and sql-reference/functions/ bitand, bitor, bitxor, bitnot, bitshiftleft, bitshiftright, getbit

CREATE TABLE I (A INT, B INT);
INSERT INTO I VALUES (1, 1), (2, 4), (4, 2), (16, 24), (0, 65504), (-6, 3), (NULL, NULL), (5, NULL);
SELECT A, B, BITAND(A, B) AS X, BITOR(A, B) AS O, BITXOR(A, B) AS E, BITNOT(A) AS N, BITSHIFTLEFT(A, 1) AS L,
    BITSHIFTRIGHT(B, 1) AS R
FROM I
ORDER BY A, B;

-- Other numbers, and text, become integers first; text that is none is NULL.
SELECT BITAND(6.6, 3) AS A, BITOR(4::FLOAT, 1) AS B, BITXOR('12.3', 5) AS C, BITNOT('7') AS D,
    BITSHIFTLEFT(3, '2') AS E;
SELECT BITAND('x', 3) AS F, BITNOT('y') AS G;

-- The other names.
SELECT BIT_AND(12, 10) AS A, BIT_OR(12, 10) AS B, BIT_XOR(12, 10) AS C, BIT_NOT(0) AS D,
    BIT_SHIFTLEFT(1, 10) AS E, BIT_SHIFTRIGHT(1024, 10) AS F;

-- Shifts: of negative numbers, over the end, and of nothing.
SELECT BITSHIFTRIGHT(-16, 2) AS A, BITSHIFTLEFT(-3, 2) AS B, BITSHIFTLEFT(1, 100) AS C,
    BITSHIFTRIGHT(1, 1) AS D, BITSHIFTLEFT(5, 0) AS E, BITSHIFTLEFT(NULL, 1) AS F, BITSHIFTLEFT(1, NULL) AS G;
SELECT GETBIT(11, 100) AS A, GETBIT(11, 3) AS B, GETBIT(11, 2) AS C, GETBIT(11, 1) AS D, GETBIT(11, 0) AS E,
    GETBIT(-1, 127) AS F, GETBIT(NULL, 0) AS G;

-- Bytes of the same length.
CREATE TABLE B (ID INT, A BINARY(2), B BINARY(2), C BINARY(4));
INSERT INTO B SELECT 1, X'1010', X'0101', X'11001010';
INSERT INTO B SELECT 2, X'1100', X'0011', X'01011010';
INSERT INTO B SELECT 3, X'BCBC', X'EEFF', X'ABCDABCD';
INSERT INTO B SELECT 4, NULL, NULL, NULL;
SELECT BITAND(A, B) AS X, BITOR(A, B) AS O, BITXOR(A, B) AS E, BITNOT(A) AS N, BITNOT(C) AS M
FROM B
ORDER BY ID;

-- Of two lengths: the side on which the shorter one is filled with zeros must be told.
SELECT BITAND(A, C, 'LEFT') AS X, BITOR(A, C, 'LEFT') AS O, BITXOR(A, C, 'left') AS E,
    BITAND(A, C, 'RIGHT') AS Y, BITOR(A, C, 'RIGHT') AS P, BITXOR(A, C, 'right') AS F
FROM B
ORDER BY ID;
-- @error 100544
SELECT BITAND(A, C) AS X FROM B WHERE ID = 1;
-- @error 100137
SELECT BITAND(A, C, 'MIDDLE') AS X FROM B WHERE ID = 1;
SELECT BITSHIFTLEFT(A, 1) AS P, BITSHIFTLEFT(C, 1) AS Q, BITSHIFTLEFT(A, 8) AS R, BITSHIFTLEFT(C, 16) AS S,
    BITSHIFTRIGHT(A, 1) AS T, BITSHIFTRIGHT(C, 16) AS U
FROM B
ORDER BY ID;
-- @error 001044
SELECT BITAND(X'01', 1) AS A;
-- @error 000938
SELECT BITOR(1) AS A;
