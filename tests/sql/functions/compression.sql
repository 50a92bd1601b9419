-- Compression: what was compressed decompresses, by each method
-- https://docs.snowflake.com/en/sql-reference/functions/compress
-- https://docs.snowflake.com/en/sql-reference/functions/decompress_binary
-- https://docs.snowflake.com/en/sql-reference/functions/decompress_string
SELECT COMPRESS('Snowflake', 'SNAPPY') AS C;
SELECT DECOMPRESS_STRING(TO_BINARY('0920536E6F77666C616B65', 'HEX'), 'SNAPPY') AS D;
SELECT COLUMN1 AS METHOD, DECOMPRESS_STRING(COMPRESS(REPEAT('ab', 100), COLUMN1), COLUMN1) = REPEAT('ab', 100) AS SAME, LENGTH(COMPRESS(REPEAT('ab', 1000), COLUMN1)) < 500 AS SHORTER FROM VALUES ('snappy'), ('Zlib'), ('ZLIB(1)'), ('zstd'), ('ZSTD(19)'), ('bz2'), ('BZ2(0)') ORDER BY METHOD;
SELECT DECOMPRESS_BINARY(COMPRESS(TO_BINARY('00FF10'), 'ZLIB'), 'ZLIB') AS B, COMPRESS(NULL, 'ZLIB') AS V, COMPRESS('a', NULL) AS M;
-- @error 100137
SELECT COMPRESS('a', 'LZ4');
-- @error 100137
SELECT COMPRESS('a', 'ZLIB(10)');
-- @error 100137
SELECT DECOMPRESS_BINARY(TO_BINARY('FF'), 'ZLIB');
-- @error 100137
SELECT DECOMPRESS_STRING(COMPRESS(TO_BINARY('FF'), 'ZSTD'), 'ZSTD');
-- @error 000939
SELECT COMPRESS('a', 'ZLIB', 1);
