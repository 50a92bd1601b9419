-- A value that does not go into its column says which column that is.
-- https://docs.snowflake.com/en/sql-reference/sql/insert
CREATE DATABASE D;
CREATE TABLE "My t" (ID INT NOT NULL, V VARCHAR(3), N NUMBER(4, 1) DEFAULT 7);
INSERT INTO "My t" VALUES (1, 'abc', 1), (2, 'b', 2);
--> number of rows inserted
--- 2
INSERT INTO "My t" (V) VALUES ('a');
--! 100072 DML operation to table My t failed on column ID with error: NULL result in a non-nullable column
INSERT INTO "My t" VALUES (3, 'long', 1);
--! 100078 DML operation to table My t failed on column V with error: String 'long' is too long and would be truncated
INSERT INTO "My t" SELECT 4, 'a', 12345;
--! 100046 DML operation to table My t failed on column N with error: Number out of representable range: type FIXED[SB2](4,1){nullable}, value 12345
INSERT INTO "My t" VALUES ('x', 'a', 1);
--! 100038 DML operation to table My t failed on column ID with error: Numeric value 'x' is not recognized
UPDATE "My t" SET V = V || 'd' WHERE ID = 1;
--! 100078 DML operation to table My t failed on column V with error: String 'abcd' is too long and would be truncated
UPDATE "My t" SET ID = NULL;
--! 100072 DML operation to table My t failed on column ID with error: NULL result in a non-nullable column
MERGE INTO "My t" T USING (SELECT 9 AS K, 'nine' AS W) S ON T.ID = S.K WHEN NOT MATCHED THEN INSERT (ID, V) VALUES (S.K, S.W);
--! 100078 DML operation to table My t failed on column V with error: String 'nine' is too long and would be truncated
-- A failure before the value is stored is the expression's own.
INSERT INTO "My t" SELECT 'x'::INT, 'a', 1;
--! 100038 Numeric value 'x' is not recognized
-- DEFAULT is the default only where it stands alone.
UPDATE "My t" SET N = DEFAULT, V = DEFAULT WHERE ID = 2;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
SELECT * FROM "My t" ORDER BY ID;
--> ID | V | N
--- 1 | abc | 1.0
--- 2 | NULL | 7.0
UPDATE "My t" SET N = DEFAULT + 1;
--! 000904 invalid identifier 'DEFAULT'
