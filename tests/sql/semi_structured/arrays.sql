-- Arrays built, searched, cut, changed, compared
-- sql-reference/functions/array_construct, array_construct_compact, array_append, array_prepend, array_insert,
-- array_cat, array_slice, array_size, array_contains,
-- array_position, array_remove, array_remove_at, array_compact, array_distinct, array_except, array_intersection,
-- arrays_overlap, array_sort, array_min, array_max,
-- array_to_string, array_flatten, array_generate_range, arrays_zip, array_unique_agg, split, strtok_to_array

SELECT ARRAY_CONSTRUCT(10, 'twenty', NULL, 3.5, TRUE) AS MIXED, ARRAY_CONSTRUCT() AS EMPTY,
    ARRAY_CONSTRUCT(NULL) AS ONE_GAP, ARRAY_CONSTRUCT_COMPACT(NULL, 'hello', 3::DOUBLE, NULL) AS COMPACT,
    ARRAY_CONSTRUCT([1], {'a': 2}) AS NESTED;
SELECT ARRAY_SIZE([1, 2, 3]) AS THREE, ARRAY_SIZE([]) AS NONE, ARRAY_SIZE([NULL, NULL]) AS GAPS,
    ARRAY_SIZE(NULL::ARRAY) AS NOTHING, ARRAY_SIZE(PARSE_JSON('[1, 2]')) AS OF_VARIANT,
    ARRAY_SIZE(PARSE_JSON('{"a": 1}')) AS OF_OBJECT;

SELECT ARRAY_APPEND([1, 2], 3) AS A, ARRAY_APPEND([1], 'x') AS B, ARRAY_APPEND([1], [2]) AS C,
    ARRAY_PREPEND([1, 2], 0) AS D, ARRAY_PREPEND([], 'a') AS E, ARRAY_CAT([1, 2], [3, 4]) AS F,
    ARRAY_CAT([], [1]) AS G, ARRAY_CAT([1], NULL) AS H, ARRAY_CAT([1, NULL], [NULL]) AS I;
SELECT ARRAY_INSERT([0, 1, 2, 3], 2, 'hello') AS MIDDLE, ARRAY_INSERT([0, 1, 2, 3], 5, 'hello') AS BEYOND,
    ARRAY_INSERT([0, 1, 2, 3], -1, 'hello') AS FROM_END, ARRAY_INSERT([1], 0, 'first') AS FIRST,
    ARRAY_INSERT([1, 2], 2, 'last') AS LAST;
SELECT ARRAY_INSERT(ARRAY_INSERT(ARRAY_CONSTRUCT(), 3, 2), 6, 1) AS SPARSE,
    ARRAY_SIZE(ARRAY_INSERT([], 3, 2)) AS SIZE, ARRAY_SORT(ARRAY_INSERT(ARRAY_INSERT([], 3, 2), 6, 1)) AS SORTED;

SELECT ARRAY_SLICE([0, 1, 2, 3, 4, 5, 6], 0, 2) AS A,
    ARRAY_SLICE([0, 1, 2, 3, 4, 5, 6], 3, ARRAY_SIZE([0, 1, 2, 3, 4, 5, 6])) AS B,
    ARRAY_SLICE(['foo', 'snow', 'flake', 'bar'], 1, 3) AS C, ARRAY_SLICE([0, 1, 2, 3, 4, 5, 6], 0, -2) AS D,
    ARRAY_SLICE([0, 1, 2, 3, 4, 5, 6], -5, -3) AS E;
SELECT ARRAY_SLICE(NULL, 2, 3) AS A, ARRAY_SLICE([0, 1, 2], NULL, 2) AS B, ARRAY_SLICE([0, 1, 2], 0, NULL) AS C,
    ARRAY_SLICE([0, 1, 2], 10, 12) AS D, ARRAY_SLICE([0, 1, 2], -10, -12) AS E, ARRAY_SLICE([0, 1, 2], 1, 100) AS F,
    ARRAY_SLICE([0, 1, 2], 2, 1) AS G, ARRAY_SLICE([0, 1, 2], -10, 2) AS H;

SELECT ARRAY_CONTAINS('hello'::VARIANT, ['hello', 'hi']) AS A, ARRAY_CONTAINS('hello'::VARIANT, ['hola']) AS B,
    ARRAY_CONTAINS(5, [4, 5, 6]) AS C, ARRAY_CONTAINS(5, [4, 5.00, 6]) AS D, ARRAY_CONTAINS(1, []) AS E,
    ARRAY_CONTAINS(1, NULL::ARRAY) AS F, ARRAY_CONTAINS([1]::VARIANT, [[1], 2]) AS G;
SELECT ARRAY_POSITION('hello'::VARIANT, ['hello', 'hi']) AS A, ARRAY_POSITION('hi'::VARIANT, ['hello', 'hi']) AS B,
    ARRAY_POSITION('hello'::VARIANT, ['hola', 'bonjour']) AS C, ARRAY_POSITION(2, [1, 2, 2]) AS FIRST_OF_TWO,
    ARRAY_POSITION(NULL, [1, NULL]) AS GAP, ARRAY_POSITION(1, NULL::ARRAY) AS NOTHING;
SELECT ARRAYS_OVERLAP(['hello', 'aloha'], ['hello', 'hi', 'hey']) AS A,
    ARRAYS_OVERLAP(['hello', 'aloha'], ['hola', 'ciao']) AS B,
    ARRAYS_OVERLAP([{'a': 1, 'b': 2}, 1, 2], [{'b': 2, 'c': 3}, 3, 4]) AS C,
    ARRAYS_OVERLAP([{'a': 1, 'b': 2}, 1], [{'a': 1, 'b': 2}, 3]) AS D,
    ARRAYS_OVERLAP([1, 2, NULL], [3, NULL, 5]) AS GAPS, ARRAYS_OVERLAP([], []) AS EMPTY;

SELECT ARRAY_REMOVE([1, 5, 5.00, 5.00::DOUBLE, '5', 5, NULL], 5) AS FIVES, ARRAY_REMOVE([5, 5], 5) AS ALL_OF_IT,
    ARRAY_REMOVE(['a', 'b', 'a', 'c'], 'a'::VARIANT) AS TEXTS, ARRAY_REMOVE([1, NULL], NULL) AS NOTHING,
    ARRAY_REMOVE([1, 2], 9) AS NO_SUCH;
SELECT ARRAY_REMOVE_AT([2, 5, 7], 0) AS FIRST, ARRAY_REMOVE_AT([2, 5, 7], -1) AS LAST,
    ARRAY_REMOVE_AT([2, 5, 7], 10) AS BEYOND, ARRAY_REMOVE_AT([2, 5, 7], NULL) AS NOTHING,
    ARRAY_REMOVE_AT([2, 5, 7], -3) AS FROM_END;
SELECT ARRAY_COMPACT([10, NULL, 30]) AS A, ARRAY_COMPACT([NULL]) AS B, ARRAY_COMPACT(NULL::ARRAY) AS C,
    ARRAY_COMPACT(PARSE_JSON('[1, null, , 2]')) AS D;
SELECT ARRAY_DISTINCT(['A', 'A', 'B', NULL, NULL]) AS A, ARRAY_DISTINCT(NULL::ARRAY) AS B,
    ARRAY_DISTINCT([{'a': 1, 'b': 2}, {'a': 1, 'b': 2}, {'a': 1, 'b': 3}]) AS C,
    ARRAY_SIZE(ARRAY_DISTINCT([1, 1.0, 2])) AS D;
SELECT ARRAY_EXCEPT(['A', 'B'], ['B', 'C']) AS A, ARRAY_EXCEPT(['A', 'B', 'B', 'B', 'C'], ['B']) AS COPIES,
    ARRAY_EXCEPT(['A', 'B'], ['A', 'B']) AS NONE, ARRAY_EXCEPT(['A', NULL, NULL], ['B', NULL]) AS ONE_GAP,
    ARRAY_EXCEPT(['A', NULL, NULL], [NULL, 'B', NULL]) AS NO_GAP,
    ARRAY_EXCEPT([{'a': 1, 'b': 2}, 1], [{'a': 1, 'b': 2}, 3]) AS OBJECTS, ARRAY_EXCEPT(['A'], NULL) AS NOTHING;
SELECT ARRAY_INTERSECTION(['A', 'B'], ['B', 'C']) AS A,
    ARRAY_INTERSECTION(['A', 'B', 'B', 'B', 'C'], ['B', 'B']) AS COPIES, ARRAY_INTERSECTION([1, 2], [3, 4]) AS NONE,
    ARRAY_INTERSECTION([NULL, 102, NULL], [NULL, NULL, 103]) AS GAPS,
    ARRAY_INTERSECTION([{'a': 1, 'b': 2}, 1], [{'b': 2, 'a': 1}, 3]) AS OBJECTS,
    ARRAY_INTERSECTION(['A'], NULL) AS NOTHING;

SELECT ARRAY_SORT([3, 1, 2]) AS A, ARRAY_SORT(['b', 'C', 'a']) AS B, ARRAY_SORT([3, 1, 2], FALSE) AS C,
    ARRAY_SORT([1.5, 1, 10]) AS D, ARRAY_SORT([]) AS E, ARRAY_SORT(NULL::ARRAY) AS F, ARRAY_SORT([2, 1], NULL) AS G,
    ARRAY_SORT([TRUE, FALSE]) AS H;
SELECT ARRAY_MIN([20, 0, NULL, 10, NULL]) AS A, ARRAY_MAX([20, 0, NULL, 10, NULL]) AS B, ARRAY_MIN([]) AS C,
    ARRAY_MAX([NULL, NULL]) AS D, ARRAY_MIN(['b', 'a']) AS E, ARRAY_MAX([1, 2.5::FLOAT]) AS F,
    ARRAY_MAX(NULL::ARRAY) AS G;
SELECT ARRAY_MIN(['1999-01-01'::DATE::TIMESTAMP_NTZ, '2023-12-09 22:09:26'::TIMESTAMP_NTZ]) AS TIMES;

SELECT COLUMN1 AS J, ARRAY_TO_STRING(PARSE_JSON(COLUMN1), '') AS TOGETHER,
    ARRAY_TO_STRING(PARSE_JSON(COLUMN1), ', ') AS APART
FROM VALUES (NULL), ('[]'), ('[1]'), ('[1, 2]'), ('[true, 1, -1.2e-3, "Abc", ["x","y"], {"a":1}]'), ('[, 1]'),
    ('[1, ]'), ('[1, , ,2]');
SELECT ARRAY_TO_STRING(['A', NULL, 'B'], ', ') AS GAP, ARRAY_TO_STRING(['a'], NULL) AS NO_SEPARATOR,
    ARRAY_TO_STRING(NULL, ',') AS NOTHING;

SELECT ARRAY_FLATTEN([[1, 2, 3], [4], [5, 6]]) AS A, ARRAY_FLATTEN([[[1, 2], [3]], [[4], [5]]]) AS ONE_LEVEL,
    ARRAY_FLATTEN([[1], NULL, [5]]) AS NULL_INSIDE, ARRAY_FLATTEN([[1], [NULL], [5]]) AS GAP,
    ARRAY_FLATTEN([]) AS EMPTY;
-- @error 100107
SELECT ARRAY_FLATTEN([[1, 2, 3], 4, [5, 6]]) AS A;
SELECT ARRAY_GENERATE_RANGE(2, 5) AS A, ARRAY_GENERATE_RANGE(5, 25, 10) AS B,
    ARRAY_GENERATE_RANGE(-5, -25, -10) AS C, ARRAY_GENERATE_RANGE(0, 16, 5) AS D,
    ARRAY_GENERATE_RANGE(2, 2, 4) AS E, ARRAY_GENERATE_RANGE(8, 2, 2) AS F, ARRAY_GENERATE_RANGE(2, 8, -2) AS G,
    ARRAY_GENERATE_RANGE(NULL, 5) AS H, ARRAY_GENERATE_RANGE(10, 50, 10) AS I;
SELECT ARRAYS_ZIP([1, 2, 3]) AS ONE, ARRAYS_ZIP([1, 2], ['one', 'two'], ['i', 'ii']) AS THREE,
    ARRAYS_ZIP([1, 2, 3], ['one'], ['I', 'II']) AS LENGTHS, ARRAYS_ZIP([1], NULL, [2]) AS NOTHING,
    ARRAYS_ZIP([], [], []) AS EMPTY, ARRAYS_ZIP([1, NULL], [NULL, 20]) AS GAPS;

SELECT SPLIT('127.0.0.1', '.') AS A, SPLIT('|a||', '|') AS B, SPLIT('abc', 'x') AS C, SPLIT(NULL, '.') AS D,
    STRTOK_TO_ARRAY('a.b.c', '.') AS E, STRTOK_TO_ARRAY('user@snow.com', '.@') AS F, STRTOK_TO_ARRAY('a b') AS G,
    STRTOK_TO_ARRAY('..a..b', '.') AS H;

-- Wrong kinds of arguments.
SELECT ARRAY_REVERSE([1, 2, 3, 4]) AS A, ARRAY_REVERSE([]) AS B, ARRAY_REVERSE(NULL::ARRAY) AS C,
    ARRAY_REVERSE(['a', NULL, [1, 2]]) AS D;
