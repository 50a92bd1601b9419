-- JSON null is a value of its own; SQL NULL is none. Where the two go different ways
-- user-guide/semistructured-considerations (NULL values); sql-reference/functions/is_null_value, strip_null_value, object_construct,
-- object_construct_keep_null, array_compact, array_size, array_append, typeof, coalesce


-- IS_NULL_VALUE: TRUE for JSON null, NULL for SQL NULL.

-- Casts make SQL NULL of it.

-- COALESCE, NVL, IFF and comparison take it for a value.

-- Arrays: SQL NULL is undefined, JSON null is null.

-- Objects: a SQL NULL leaves its key out, a JSON null does not.

-- Aggregates leave SQL NULL out, and take JSON null.

-- FLATTEN makes a row of a JSON null and none of a gap.
SELECT F.INDEX, F.VALUE, F.VALUE IS NULL AS SQL_NULL FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[1, null, , 4]'))) F ORDER BY F.INDEX;
