-- Encryption: what was encrypted decrypts with the same passphrase or key, method and authenticated data
-- https://docs.snowflake.com/en/sql-reference/functions/encrypt
-- https://docs.snowflake.com/en/sql-reference/functions/decrypt
-- https://docs.snowflake.com/en/sql-reference/functions/encrypt_raw
-- https://docs.snowflake.com/en/sql-reference/functions/decrypt_raw
-- https://docs.snowflake.com/en/sql-reference/functions/try_decrypt
-- https://docs.snowflake.com/en/sql-reference/functions/try_decrypt_raw
SELECT TO_VARCHAR(DECRYPT(ENCRYPT('a secret', 'pass'), 'pass'), 'UTF-8') AS TEXT;
SELECT DECRYPT(ENCRYPT(TO_BINARY('00FF'), 'pass', TO_BINARY('AA')), 'pass', TO_BINARY('AA')) AS BYTES;
SELECT METHOD, TO_VARCHAR(DECRYPT(ENCRYPT('a secret of more than one block', 'pass', NULL, METHOD), 'pass', NULL, METHOD), 'UTF-8') AS TEXT FROM (SELECT COLUMN1 AS METHOD FROM VALUES ('aes'), ('AES-GCM'), ('aes-cbc'), ('AES-CBC/pad:PKCS'), ('AES-ECB'), ('AES-CTR'), ('AES-OFB'), ('AES-CFB')) ORDER BY METHOD;
-- an initialization vector, the text and a tag
SELECT LENGTH(ENCRYPT('12345', 'pass')) AS GCM, LENGTH(ENCRYPT('12345', 'pass', NULL, 'AES-CBC')) AS CBC, LENGTH(ENCRYPT('12345', 'pass', NULL, 'AES-ECB')) AS ECB;
SELECT ENCRYPT('same', 'pass') = ENCRYPT('same', 'pass') AS SAME;
SELECT ENCRYPT(NULL, 'pass') AS V, ENCRYPT('v', NULL) AS P, DECRYPT(NULL, 'pass') AS D;
-- @error 100311
SELECT DECRYPT(ENCRYPT('penicillin', 'pass', 'John Dough', 'aes-gcm'), 'pass', 'somebody else', 'aes-gcm');
-- @error 100311
SELECT DECRYPT(ENCRYPT('a secret', 'pass'), 'another');
SELECT TRY_DECRYPT(ENCRYPT('a secret', 'pass'), 'another') AS NOTHING, TRY_DECRYPT(TO_BINARY('00'), 'pass') AS SHORT, TO_VARCHAR(TRY_DECRYPT(ENCRYPT('a secret', 'pass'), 'pass'), 'UTF-8') AS TEXT;
-- @error 100137
SELECT ENCRYPT('a', 'pass', NULL, 'DES-CBC');
-- @error 100137
SELECT ENCRYPT('a', 'pass', NULL, 'AES-CBC/pad:NONE');
-- @error 100137
SELECT ENCRYPT('a', 'pass', 'authenticated', 'AES-CBC');
-- @error 000938
SELECT ENCRYPT('a');
-- with a key and a vector of one's own the result is always the same
CREATE TABLE KEYS AS SELECT SHA2_BINARY('NotSecretEnough', 256) AS K, SUBSTR(TO_BINARY(HEX_ENCODE('AlsoNotSecretEnough'), 'HEX'), 0, 12) AS IV, TO_BINARY(HEX_ENCODE('Bonjour'), 'HEX') AS V, TO_BINARY(HEX_ENCODE('additional data'), 'HEX') AS AAD;
SELECT ENCRYPT_RAW(V, K, IV, AAD, 'AES-GCM') AS E FROM KEYS;
SELECT TO_VARCHAR(DECRYPT_RAW(AS_BINARY(GET(E, 'ciphertext')), K, AS_BINARY(GET(E, 'iv')), AAD, 'AES-GCM', AS_BINARY(GET(E, 'tag'))), 'UTF-8') AS TEXT FROM (SELECT K, AAD, ENCRYPT_RAW(V, K, IV, AAD, 'AES-GCM') AS E FROM KEYS);
SELECT OBJECT_KEYS(ENCRYPT_RAW(V, K, NULL, NULL, 'AES-CBC')) AS FIELDS, LENGTH(AS_BINARY(ENCRYPT_RAW(V, K, NULL, NULL, 'AES-CBC'):iv)) AS IV_BYTES FROM KEYS;
SELECT DECRYPT_RAW(AS_BINARY(E:ciphertext), K, AS_BINARY(E:iv), NULL, 'AES-CTR') = V AS SAME FROM (SELECT K, V, ENCRYPT_RAW(V, K, TO_BINARY('000102030405060708090A0B0C0D0E0F'), NULL, 'AES-CTR') AS E FROM KEYS);
SELECT TRY_DECRYPT_RAW(V, K, IV, NULL, 'AES-GCM', V) AS NOTHING FROM KEYS;
-- @error 100311
SELECT DECRYPT_RAW(V, K, IV, NULL, 'AES-GCM', V) FROM KEYS;
-- @error 100137
SELECT ENCRYPT_RAW(V, TO_BINARY('0011'), IV) FROM KEYS;
-- @error 100137
SELECT ENCRYPT_RAW(V, K, TO_BINARY('0011')) FROM KEYS;
