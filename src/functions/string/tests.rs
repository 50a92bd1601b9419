use crate::functions::testing::{check, check_types};

#[test]
fn letter_case() {
    check(&[
        ("UPPER('straße x1')", "STRASSE X1"),
        ("LOWER('ÀB')", "àb"),
        ("UPPER(NULL)", "NULL"),
        ("UPPER(12)", "12"),
        ("INITCAP('OVER the River 2 Times')", "Over The River 2 Times"),
        ("INITCAP('HelL0_hi+therE')", "Hell0_Hi+There"),
        ("INITCAP('éÀ o-x')", "Éà O-X"),
        (
            "INITCAP('this is the new Frame+work', '')",
            "This is the new frame+work",
        ),
        ("INITCAP('iqamqinterested', 'q')", "IqAmqInterested"),
        (
            "INITCAP('lion☂fRog potato⨊cLoUD', '⨊☂')",
            "Lion☂Frog potato⨊Cloud",
        ),
        ("INITCAP('a', NULL)", "NULL"),
    ]);
}

#[test]
fn trimming_and_padding() {
    check(&[
        ("TRIM('  a b\t ')", "a b\t"),
        ("TRIM('*-ab-*', '*-')", "ab"),
        ("LTRIM('xxyab', 'xy')", "ab"),
        ("RTRIM('ab00', '0')", "ab"),
        ("TRIM('abc', '')", "abc"),
        ("TRIM(NULL, 'x')", "NULL"),
        ("LPAD('123', 5, '*_')", "*_123"),
        ("RPAD('123', 6, '*_')", "123*_*"),
        ("LPAD('hello', 2)", "he"),
        ("LPAD('é', 3)", "  é"),
        ("RPAD('ab', 5, '')", "ab"),
        ("RPAD('ab', -1)", ""),
        ("REPEAT('ab', 3)", "ababab"),
        ("REPEAT('ab', 0)", ""),
        ("REPEAT('ab', 99999999)", "!100078"),
        ("SPACE(2)", "  "),
    ]);
}

#[test]
fn lengths_and_slices() {
    check(&[
        ("LENGTH('é☃')", "2"),
        ("LEN('')", "0"),
        ("LENGTH('ABCD'::BINARY)", "2"),
        ("OCTET_LENGTH('é')", "2"),
        ("BIT_LENGTH('é')", "16"),
        ("SUBSTR('mystring', -1, 3)", "g"),
        ("SUBSTR('mystring', -3, 7)", "ing"),
        ("SUBSTR('mystring', -7, 3)", "yst"),
        ("SUBSTR('mystring', 0, 3)", "mys"),
        ("SUBSTRING('mystring', 5, 3)", "rin"),
        ("SUBSTR('mystring', 7, 3)", "ng"),
        ("SUBSTR('mystring', 20)", ""),
        ("SUBSTR('mystring', -20)", ""),
        ("SUBSTR('mystring', 2, -1)", ""),
        ("SUBSTR('é☃x', 2, 1)", "☃"),
        ("SUBSTR('é☃x', -2)", "☃x"),
        ("SUBSTR('mystring', NULL, 3)", "NULL"),
        ("SUBSTR('ABCDEF'::BINARY, 2, 1)", "CD"),
        ("LEFT('ABCDEF', 3)", "ABC"),
        ("LEFT('a', 9)", "a"),
        ("LEFT('a', -1)", ""),
        ("RIGHT('☃bé', 2)", "bé"),
        ("RIGHT('ABCDEF'::BINARY, 1)", "EF"),
        ("INSERT('abcdef', 3, 2, 'zzz')", "abzzzef"),
        ("INSERT('abc', 4, 0, 'Z')", "abcZ"),
        ("INSERT('abc', 5, 0, 'Z')", "!100137"),
        ("INSERT('abc', 1, 2, NULL)", "NULL"),
        ("REVERSE('a☃c')", "c☃a"),
        ("REVERSE('ABCD'::BINARY)", "CDAB"),
    ]);
    check_types(&[
        ("SUBSTR('ab'::VARCHAR(7), 1)", "VARCHAR(7)"),
        ("LEFT('AB'::BINARY, 1)", "BINARY(8388608)"),
        ("LENGTH('a')", "NUMBER(18,0)"),
    ]);
}

#[test]
fn searching() {
    check(&[
        ("POSITION('an', 'banana')", "2"),
        ("CHARINDEX('an', 'banana', 3)", "4"),
        ("POSITION('', 'sth')", "1"),
        ("POSITION('', '')", "1"),
        ("POSITION('sth', '')", "0"),
        ("POSITION('❄c', '❄a☃c❄c☃')", "5"),
        ("POSITION('a', 'banana', 9)", "0"),
        ("POSITION('EF'::BINARY, 'ABCDEF'::BINARY)", "3"),
        ("POSITION('BC'::BINARY, 'ABCD'::BINARY)", "0"),
        ("CONTAINS('coffee', 'ff')", "true"),
        ("CONTAINS('coffee', '')", "true"),
        ("CONTAINS(NULL, 'ff')", "NULL"),
        ("STARTSWITH('coffee', 'co')", "true"),
        ("ENDSWITH('coffee', 'co')", "false"),
        ("REPLACE('down', 'down', 'up')", "up"),
        ("REPLACE('snowman', 'snow')", "man"),
        ("REPLACE('abc', '', 'x')", "abc"),
        ("REPLACE('\"a\"b\"', '\"', '')", "ab"),
        ("REPLACE('a', 'a', NULL)", "NULL"),
        ("TRANSLATE('❄a❄bX❄dYZ❄', 'XYZ❄', 'cef')", "abcdef"),
        ("TRANSLATE('a', 'a', 'xy')", "!100078"),
    ]);
}

#[test]
fn like_patterns() {
    check(&[
        ("LIKE('John  Dddoe', 'John%')", "true"),
        ("LIKE('Joe\nDoe', 'Jo%oe')", "true"),
        ("LIKE('abc', 'ABC')", "false"),
        ("ILIKE('ÀBC', 'àb_')", "true"),
        ("LIKE('100%', '100^%', '^')", "true"),
        ("LIKE('1000', '100^%', '^')", "false"),
        ("LIKE('', '%')", "true"),
        ("LIKE('', '_')", "false"),
        ("LIKE('abcabd', '%ab%d')", "true"),
        ("LIKE('abcabe', '%ab_d')", "false"),
        ("LIKE('a', NULL)", "NULL"),
        ("LIKE('a', 'a^', '^')", "!100137"),
        (
            "LIKE('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '%a%a%a%a%a%a%a%a%c')",
            "false",
        ),
    ]);
}

#[test]
fn splitting() {
    check(&[
        ("SPLIT_PART('11.22.33', '.', 0)", "11"),
        ("SPLIT_PART('11.22.33', '.', 2)", "22"),
        ("SPLIT_PART('11.22.33', '.', -1)", "33"),
        ("SPLIT_PART('11.22.33', '.', 4)", ""),
        ("SPLIT_PART('11.22.33', '', 1)", "11.22.33"),
        ("SPLIT_PART('|a|b', '|', 1)", ""),
        ("STRTOK('user@example.com', '@.', 2)", "example"),
        ("STRTOK('user@example.com.', '@.', 4)", "NULL"),
        ("STRTOK('a b')", "a"),
        ("STRTOK('', '', 1)", "NULL"),
        ("STRTOK('a.b', '', 1)", "a.b"),
        ("STRTOK('a.b', '.', 0)", "!100137"),
    ]);
}

#[test]
fn joining() {
    check(&[
        ("CONCAT('a', 1, 'c')", "a1c"),
        ("CONCAT('a', NULL)", "NULL"),
        ("$CONCAT('AB'::BINARY, 'CD'::BINARY)", "ABCD"),
        ("CONCAT_WS('-', 'a', 'b', 'c')", "a-b-c"),
        ("CONCAT_WS('-', 'a')", "a"),
        ("CONCAT_WS('-', 'a', NULL)", "NULL"),
    ]);
    check_types(&[
        ("$CONCAT('a'::VARCHAR(3), 'b'::VARCHAR(4))", "VARCHAR(7)"),
        ("CONCAT('a', 1)", "VARCHAR(16777216)"),
    ]);
}

#[test]
fn characters_and_similarity() {
    check(&[
        ("ASCII('!')", "33"),
        ("ASCII('')", "0"),
        ("UNICODE('☃')", "9731"),
        ("CHR(83)", "S"),
        ("CHAR(9731)", "☃"),
        ("CHR(-1)", "!100137"),
        ("SOUNDEX('I love rock and roll music.')", "I416"),
        ("SOUNDEX('Pfister')", "P236"),
        ("SOUNDEX('Ashcraft')", "A261"),
        ("SOUNDEX('Honeyman')", "H555"),
        ("SOUNDEX('')", ""),
        ("EDITDISTANCE('future', 'past')", "6"),
        ("EDITDISTANCE('one', '1 st')", "4"),
        ("EDITDISTANCE('', 'ab')", "2"),
        ("EDITDISTANCE('future', 'past', 3)", "3"),
        ("JAROWINKLER_SIMILARITY('Gute nacht', 'Ich weis nicht')", "56"),
        ("JAROWINKLER_SIMILARITY('Snowflake', 'Oracle')", "61"),
        ("JAROWINKLER_SIMILARITY('Martha', 'MARHTA')", "96"),
        ("JAROWINKLER_SIMILARITY('', '')", "0"),
    ]);
}
