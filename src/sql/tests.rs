//! Statements as data (`cases/*.txt`), and the laws of splitting and parsing.
//!
//! A case is a block of lines: `> ` the statement, then `= ` its kind (or `! ` number and a part of the message), then
//! any number of `~ ` parts that its summary contains. A query's summary is its SQL as read; another's is its tree.

use proptest::prelude::*;

use super::*;

fn summary(statement: &Statement) -> String {
    match statement {
        Statement::Query(query) => query.to_string(),
        other => format!("{other:?}"),
    }
}

fn check(file: &str, cases: &str) -> usize {
    let mut failures = Vec::new();
    let mut count = 0;
    for block in cases.split("\n\n").filter(|block| block.contains("> ")) {
        count += 1;
        let lines = |mark: &'static str| block.lines().filter_map(move |line| line.strip_prefix(mark));
        let sql = lines("> ").collect::<Vec<_>>().join("\n");
        let outcome = parse(&sql);
        let wanted = (lines("= ").next(), lines("! ").next());
        let problem = match (&outcome, wanted) {
            (Ok(statement), (Some(kind), None)) => {
                let text = summary(statement);
                if statement.kind().name() != kind {
                    Some(format!("kind is {}", statement.kind().name()))
                } else {
                    lines("~ ")
                        .find(|part| !text.contains(part))
                        .map(|part| format!("no {part} in {text}"))
                }
            }
            (Err(error), (None, Some(expected))) => {
                let shown = format!("{:06} {}", error.code(), error.message().replace('\n', " "));
                let (code, part) = expected.split_once(' ').unwrap_or((expected, ""));
                (!shown.starts_with(code) || !shown.contains(part)).then(|| format!("gave {shown}"))
            }
            (Ok(_), _) => Some("parsed".to_string()),
            (Err(error), _) => Some(format!("{error} hint: {}", error.hint().unwrap_or_default())),
        };
        if let Some(problem) = problem {
            failures.push(format!("{file}: {sql}\n    {problem}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count} cases fail\n{}",
        failures.len(),
        failures.join("\n")
    );
    count
}

macro_rules! cases {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            assert!(check(stringify!($name), include_str!(concat!("cases/", stringify!($name), ".txt"))) > 5);
        })*
    };
}

cases!(queries, tables, objects, dml, loading, sessions, errors);

fn texts(script: &str) -> Vec<String> {
    split(script)
        .into_iter()
        .map(|statement| statement.text)
        .collect()
}

#[test]
fn splitting_respects_strings_comments_and_dollars() {
    let script = "select 'a;''b\\';' ; -- c ; \n // d ;\n select \"x;\"\"y\" /* ; */ ; select $$ ; $$;;";
    assert_eq!(
        texts(script),
        ["select 'a;''b\\';'", "select \"x;\"\"y\"", "select $$ ; $$"]
    );
}

#[test]
fn splitting_keeps_stage_paths_whole() {
    assert_eq!(
        texts("list @s/a//b/*.json; put file:///tmp/x* @~/y; ls @%t"),
        ["list @s/a//b/*.json", "put file:///tmp/x* @~/y", "ls @%t"]
    );
}

#[test]
fn splitting_tells_transactions_from_blocks() {
    assert_eq!(texts("begin; select 1; commit;"), ["begin", "select 1", "commit"]);
    assert_eq!(
        texts("BEGIN TRANSACTION; end_it; commit"),
        ["BEGIN TRANSACTION", "end_it", "commit"]
    );
    let block = "begin\n let x := case when 1=1 then 2 else 3 end;\n if (x > 1) then select 1; end if;\n \
                 case (x) when 1 then return 1; end case;\n begin transaction; commit;\n \
                 begin select v:end, t.begin from t; end;\n for r in c do select 2; end for; end";
    assert_eq!(texts(&format!("{block}; select 9;")), [block, "select 9"]);
    let declared = "declare c cursor for select case when a then b end from t; begin open c; end";
    assert_eq!(texts(&format!("{declared}; select 9;")), [declared, "select 9"]);
}

#[test]
fn splitting_keeps_bodies_of_tasks_and_procedures() {
    let task =
        "create or replace task t schedule = '1 minute' as begin insert into a select 1; delete from b; end";
    let alter = "alter task t modify as declare x int; begin select 1; end";
    let view = "create view v as select a as begin from t";
    let script = format!("{task};\n{alter};\n{view};\nselect 1");
    assert_eq!(texts(&script), [task, alter, view, "select 1"]);
}

#[test]
fn statements_know_their_place() {
    let script = "-- é\nselect 1;\n  é; select 2";
    let statements = split(script);
    let places: Vec<_> = statements.iter().map(|s| (s.offset, s.line, s.column)).collect();
    assert_eq!(places, [(6, 2, 1), (18, 3, 3), (22, 3, 6)]);
}

#[test]
fn variables_are_put_in_place_of_their_names() {
    let values = |name: &str| match name {
        "N" => Some("42".to_string()),
        "T" => Some("'db.s.\"My t\"'".to_string()),
        "D" => Some("'2024-01-01'::DATE".to_string()),
        _ => None,
    };
    let query = |sql: &str| parse_with(sql, &values).map(|statement| summary(&statement));
    assert_eq!(
        query("select $n, $D from identifier($t)").unwrap(),
        "SELECT 42, '2024-01-01'::DATE FROM DB.S.\"My t\""
    );
    assert_eq!(query("select $1, $none").unwrap_err().code(), 2211);
    assert!(matches!(
        parse_with("drop table identifier($t)", &values).unwrap(),
        Statement::Drop(_)
    ));
}

#[test]
fn names_show_as_they_must_be_written() {
    for text in ["A.B.C", "\"a b\".C", "A.\"x\"\"y\"", "_X$1"] {
        assert_eq!(QualifiedName::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(QualifiedName::parse("db..t").unwrap().to_string(), "DB.PUBLIC.T");
    for text in ["", "a.", "a.b.c.d", "1a", "a b", "\"a"] {
        assert_eq!(QualifiedName::parse(text), None, "{text}");
    }
}

#[test]
fn locations_show_as_they_are_written() {
    for text in [
        "@S/a b/c.json",
        "@DB.S.ST",
        "@~/x",
        "@%T",
        "@S.%T/p/",
        "@\"my stage\"/x",
        "s3://b/p",
    ] {
        assert_eq!(StageLocation::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(StageLocation::parse("@db.s.st/Path").unwrap().path(), "Path");
    for text in ["", "@", "x", "@a b", "://x", "@a.b.c.d", "@%", "@s x/y"] {
        assert_eq!(StageLocation::parse(text), None, "{text}");
    }
}

#[test]
fn strings_are_unescaped_as_documented() {
    let read = |sql: &str| summary(&parse(sql).unwrap());
    assert_eq!(
        read(r"select 'a\tb', 'it\'s', 'it''s', '\\', '\x41\u00e9\101', '\q', '\0'"),
        "SELECT 'a\tb', 'it''s', 'it''s', '\\', 'AéA', 'q', '\0'"
    );
}

#[test]
fn errors_are_shown_at_their_line() {
    let script = "select 1;\n\n  select a\n  from where;\n";
    let statement = &split(script)[1];
    let error = parse(&statement.text).unwrap_err();
    let shown = show_error("x.sql", script, statement.offset, &error);
    assert!(
        shown.starts_with("x.sql:4:8: 001003 (42000): SQL compilation error:\n"),
        "{shown}"
    );
    assert!(
        shown.contains("line 2 at position 7 unexpected 'where'."),
        "{shown}"
    );
    assert!(shown.contains("4 |   from where;\n  |        ^\n"), "{shown}");
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    for (open, close) in [
        ("(", ")"),
        ("f(", ")"),
        ("[", "]"),
        ("case when ", " then 1 end"),
        ("not ", ""),
        ("-", ""),
    ] {
        let sql = format!("select {}1{}", open.repeat(20_000), close.repeat(20_000));
        assert!(parse(&sql).is_err(), "{open}");
    }
    let sql = format!(
        "select * from {}t{}",
        "(select * from ".repeat(2_000),
        ")".repeat(2_000)
    );
    assert!(parse(&sql).is_err());
    let nested = format!(
        "create table t (a int) comment = {}1{}",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    assert!(parse(&nested).is_err());
    assert!(parse(&format!("select 1{}", " + 1".repeat(50_000))).is_err());
    assert!(parse(&format!("select 1{}", " union all select 1".repeat(50_000))).is_err());
    // Just inside and just outside the limits, the stack of a test's thread must do.
    for depth in [25, 100, 199] {
        for (open, close) in [
            ("(", ")"),
            ("f(", ")"),
            ("[", "]"),
            ("{'a': ", "}"),
            ("case when ", " then 1 end"),
            ("not ", ""),
            ("- ", ""),
            ("(select ", ")"),
            ("x in (select ", ")"),
            ("cast(", " as int)"),
            ("f(a => ", ")"),
            ("a.b[", "]"),
            ("(x) -> ", ""),
        ] {
            let _ = parse(&format!("select {}1{}", open.repeat(depth), close.repeat(depth)));
            let _ = parse(&format!("select {}1", open.repeat(depth)));
        }
        for (open, close) in [
            ("(", ")"),
            ("(select * from ", ")"),
            ("(t join ", " on a)"),
            ("lateral (select * from ", ")"),
        ] {
            let _ = parse(&format!(
                "select * from {}t{}",
                open.repeat(depth),
                close.repeat(depth)
            ));
            let _ = parse(&format!("select * from {}t", open.repeat(depth)));
            let _ = parse(&format!("{}select 1{}", "(".repeat(depth), ")".repeat(depth)));
        }
    }
    assert!(parse(&format!("select 1{}", " or a = 1".repeat(495))).is_ok());
    assert!(parse(&format!("select 1{}", " union all select 1".repeat(990))).is_ok());
    // What people write passes.
    assert!(parse(&format!("select {}1{}", "(".repeat(30), ")".repeat(30))).is_ok());
    assert!(parse(&format!("select 1{}", " or a = 1".repeat(400))).is_ok());
    assert!(
        parse(&format!(
            "insert into t values (1){}",
            ", (-1 + 2)".repeat(20_000)
        ))
        .is_ok()
    );
}

/// Texts made of the pieces that matter, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "select",
        "from",
        "begin",
        "end",
        "case",
        "declare",
        "as",
        "create",
        "task",
        "table",
        "t",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ".",
        ":",
        "::",
        "'",
        "''",
        "'x'",
        "\"",
        "\"q\"",
        "$$",
        "$1",
        "$v",
        "@",
        "@s/x//y",
        "@~",
        "--",
        "//",
        "/*",
        "*/",
        "\n",
        " ",
        "\\",
        "=",
        "=>",
        "1",
        "1e5",
        "é",
        "*",
        "-",
        "->",
        "merge",
        "into",
        "using",
        "on",
        "when",
        "matched",
        "then",
        "insert",
        "values",
        "copy",
        "file_format",
        "show",
        "like",
        "in",
        "at",
        "before",
        "changes",
        "identifier",
        "alter",
        "drop",
        "grant",
        "to",
        "set",
        "or",
        "replace",
        "not",
        "null",
        "%",
        "?",
        "&",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" ").replace(" ; ", ";"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nothing lies between the statements of a script but blanks, comments and `;`.
    #[test]
    fn splitting_loses_nothing(script in prop_oneof![pieces(), any::<String>()]) {
        let mut rest = 0;
        for statement in split(&script) {
            let gap = &script[rest..statement.offset];
            prop_assert!(scan::Scanner::new(gap).all(|l| l.kind.is_blank() || &gap[l.start..l.end] == ";"), "{gap}");
            rest = statement.offset + statement.text.len();
            prop_assert_eq!(&script[statement.offset..rest], statement.text.as_str());
        }
        let gap = &script[rest..];
        prop_assert!(scan::Scanner::new(gap).all(|l| l.kind.is_blank() || &gap[l.start..l.end] == ";"), "{gap}");
    }

    /// No text makes the parser panic.
    #[test]
    fn parsing_never_panics(text in prop_oneof![pieces(), any::<String>()]) {
        let _ = parse(&text);
        for statement in split(&text) {
            if let Err(error) = parse(&statement.text) {
                let _ = show_error("x", &text, statement.offset, &error);
            }
        }
    }
}
