//! What blocks are read into, and where mistakes are said to be.

use super::parse;
use crate::error::Place;
use crate::script::tree::{Action, Block, ChildStatement, DeclarationKind, ReturnValue, Source};

fn block(text: &str) -> Block {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    let error = parse(text).expect_err(text);
    error.message().replace('\n', " ")
}

#[test]
fn statements_know_their_places() {
    let block = block(
        "DECLARE\n  n INTEGER;\nBEGIN\n  n := 1 + n;\n  IF (n > 1) THEN\n    RETURN n;\n  END IF;\nEND",
    );
    let place = |line, position| Place { line, position };
    assert_eq!(block.steps[0].place, place(4, 2));
    let Action::Assign {
        value: Source::Expression(value),
        ..
    } = &block.steps[0].action
    else {
        panic!("an assignment");
    };
    assert_eq!(value.place, place(4, 7));
    assert_eq!(value.names, ["N"]);
    let Action::If { branches, .. } = &block.steps[1].action else {
        panic!("a branch");
    };
    assert_eq!(branches[0].steps[0].place, place(6, 4));
}

#[test]
fn into_is_cut_out_of_a_query_and_nothing_else() {
    let block =
        block("BEGIN SELECT a, (SELECT 1) INTO :x, y FROM t WHERE b = :z; INSERT INTO t VALUES (:x); END");
    let Action::Run(child) = &block.steps[0].action else {
        panic!("a statement");
    };
    assert_eq!(child.into, ["X", "Y"]);
    let ChildStatement::Sql { text, names } = &child.statement else {
        panic!("SQL");
    };
    assert_eq!(
        text.split_whitespace().collect::<Vec<_>>().join(" "),
        "SELECT a, (SELECT 1) FROM t WHERE b = :z"
    );
    assert_eq!(names, &["Z"]);
    let Action::Run(child) = &block.steps[1].action else {
        panic!("a statement");
    };
    assert!(child.into.is_empty());
}

#[test]
fn keys_of_paths_and_casts_are_no_variables() {
    let block = block("BEGIN RETURN v:a.b::VARCHAR || (SELECT MAX(c) FROM t WHERE d = :e); END");
    let Action::Return(ReturnValue::Expression(value)) = &block.steps[0].action else {
        panic!("a value");
    };
    assert!(value.has_query);
    assert!(value.names.contains(&"V".to_string()) && value.names.contains(&"E".to_string()));
    assert!(!value.names.contains(&"C".to_string()) && !value.names.contains(&"VARCHAR".to_string()));
}

#[test]
fn words_of_the_grammar_are_names_where_a_value_is_assigned() {
    let block = block("BEGIN LET close := 1; close := close + 1; RETURN close; END");
    assert!(matches!(&block.steps[1].action, Action::Assign { target, .. } if target == "CLOSE"));
}

#[test]
fn bodies_inside_statements_stay_whole() {
    let text = "BEGIN CREATE TASK t SCHEDULE = '1 MINUTE' AS BEGIN SELECT 1; SELECT 2; END; RETURN 1; END";
    assert_eq!(block(text).steps.len(), 2);
    let text = "DECLARE p PROCEDURE (n INT) RETURNS INT AS DECLARE m INT; BEGIN m := n; RETURN m; END; BEGIN CALL p(1); END;";
    assert!(matches!(
        block(text).declarations[0].kind,
        DeclarationKind::Procedure(_)
    ));
}

#[test]
fn mistakes_have_places() {
    for (text, shown) in [
        (
            "BEGIN\n  RETURN 1\nEND",
            "line 3 at position 3 unexpected '<EOF>'",
        ),
        (
            "BEGIN\n  FOR i IN 1 TO 2 DO\n    NULL;\n  END LOOP;\nEND",
            "line 4 at position 6 unexpected 'LOOP'",
        ),
        ("BEGIN\n  x := 1 +;\nEND", "line 2 at position 10 unexpected"),
        (
            "BEGIN\n  SELEC 1;\nEND",
            "line 2 at position 2 unexpected 'SELEC'",
        ),
        (
            "DECLARE\n  x;\nBEGIN NULL; END",
            "line 2 at position 3 unexpected ';'",
        ),
        ("BEGIN NULL; END; SELECT 1", "unexpected 'SELECT'"),
        ("BEGIN EXCEPTION END", "unexpected 'END'"),
        ("", "unexpected '<EOF>'"),
    ] {
        let refused = refusal(text);
        assert!(refused.contains(shown), "{text}: {refused}");
    }
}

#[test]
fn nesting_has_a_limit() {
    let deep = |levels: usize| format!("{}NULL; {}", "BEGIN ".repeat(levels), "END; ".repeat(levels));
    assert!(parse(&deep(20)).is_ok());
    assert!(refusal(&deep(500)).contains("nests too deep"));
}
