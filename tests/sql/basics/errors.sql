-- Errors: numbers and messages of what goes wrong most often
CREATE TABLE T (ID INT NOT NULL, V VARCHAR(3));
-- @error 002003
SELECT * FROM NOSUCH;
-- @error 000904
SELECT NO_SUCH_COLUMN FROM T;
-- @error 001003
SELEC 1;
-- @error 100072
INSERT INTO T VALUES (NULL, 'a');
-- @error 100078
INSERT INTO T VALUES (1, 'abcd');
-- @error 100038
SELECT 'x'::INT;
-- @error 100051
SELECT 1 / 0;
-- @error 002002
CREATE TABLE T (ID INT);
-- @error 002140
SELECT NO_SUCH_FUNCTION(1);
SELECT COUNT(*) FROM T;
