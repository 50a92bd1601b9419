-- Paths into VARIANT, OBJECT and ARRAY: names with and without quotes, brackets, GET and its kin, what is not there
-- user-guide/querying-semistructured; sql-reference/functions/get, get_path, get_ignore_case; sql-reference/data-types-semistructured


-- A colon, then dots; names are compared letter by letter, the column's is not.

-- Brackets, with texts and numbers that may be computed.

-- What is not there, or is of another kind, is SQL NULL; a JSON null that is there is not.

-- A path binds more tightly than a cast, and a cast more tightly than arithmetic.

-- Objects, arrays and constants have paths too.

-- GET: an index into an array, a key into an object; anything else is NULL.

-- GET_PATH takes a path as a text, in either way of writing.

-- GET_IGNORE_CASE takes the key of the same case first.

-- In every clause of a query.
