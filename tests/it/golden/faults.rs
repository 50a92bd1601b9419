//! A server that answers wrongly in one of ten ways: each is reported as what it is, at its statement.

use serde_json::{Value, json};

use super::{connect, folder, out, run, told};
use crate::remote::World;
use crate::remote::proxy::Proxy;

const SCRIPT: &str = "CREATE TABLE T (ID INT NOT NULL, NAME VARCHAR(10));
INSERT INTO T VALUES (1, 'ann'), (2, 'bob'), (3, NULL);
SELECT ID, NAME FROM T ORDER BY ID;
-- @error 002003
SELECT * FROM NOSUCH;
SELECT COUNT(*) AS N FROM T;
";
const ROWS: &str = "SELECT ID, NAME FROM T ORDER BY ID";
const ERROR: &str = "SELECT * FROM NOSUCH";

/// Changes the rows of an answer, and what it says of their number.
fn rows(answer: &mut Value, change: fn(&mut Vec<Value>)) {
    let rows = answer["data"]["rowset"].as_array_mut().unwrap();
    change(rows);
    let count = rows.len();
    answer["data"]["total"] = json!(count);
    answer["data"]["returned"] = json!(count);
}

fn success(answer: &mut Value) {
    *answer = json!({
        "success": true,
        "code": null,
        "message": null,
        "data": {
            "parameters": [],
            "rowtype": [{"name": "A", "type": "fixed", "precision": 1, "scale": 0, "nullable": false}],
            "rowset": [["1"]],
            "total": 1,
            "returned": 1,
            "queryId": "01b00000-0000-0000-0000-000000000001",
            "queryResultFormat": "json",
            "statementTypeId": 4096,
        },
    });
}

type Fault = (&'static str, &'static str, &'static str, fn(&mut Value));

/// What is wrong, in answers to which statement, what is to be reported, and how the answer is changed.
const FAULTS: [Fault; 10] = [
    ("a changed cell", ROWS, "rows", |answer| {
        answer["data"]["rowset"][1][1] = json!("rob");
    }),
    ("a missing row", ROWS, "rows", |answer| {
        rows(answer, |rows| {
            rows.remove(1);
        });
    }),
    ("an extra row", ROWS, "rows", |answer| {
        rows(answer, |rows| rows.push(json!(["3", null])))
    }),
    ("swapped rows", ROWS, "rows", |answer| {
        rows(answer, |rows| rows.swap(0, 1))
    }),
    ("a renamed column", ROWS, "names", |answer| {
        answer["data"]["rowtype"][1]["name"] = json!("TITLE");
    }),
    ("another scale", ROWS, "types", |answer| {
        answer["data"]["rowtype"][0]["scale"] = json!(2);
    }),
    ("a column that may be NULL", ROWS, "types", |answer| {
        answer["data"]["rowtype"][0]["nullable"] = json!(true);
    }),
    ("an error's number", ERROR, "wrong", |answer| {
        answer["code"] = json!("002043");
        answer["data"]["errorCode"] = json!("002043");
    }),
    ("an error turned into a success", ERROR, "wrong", success),
    ("an error's message", ERROR, "error", |answer| {
        answer["message"] = json!("SQL compilation error:\nsomething else is the matter.");
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_of_ten_faults_is_reported_as_what_it_is() {
    let world = World::new().await;
    let proxy = Proxy::before(&world).await;
    let folder = folder(&[("case.sql", SCRIPT)]);
    connect(folder.path(), proxy.port());
    let written = run(folder.path(), &["test", "case.sql", "--update"]).await;
    assert!(written.status.success(), "{}", told(&written));
    let there = [
        "test",
        "case.sql",
        "--target",
        "snowflake",
        "--connection",
        "far",
        "--format",
        "json",
    ];
    let equal = run(folder.path(), &there).await;
    assert!(equal.status.success(), "{}", told(&equal));
    for (name, statement, wanted, change) in FAULTS {
        proxy.always(move |text, answer| {
            if text == statement {
                change(answer);
            }
        });
        let output = run(folder.path(), &there).await;
        assert_eq!(output.status.code(), Some(1), "{name}: {}", told(&output));
        let report: Value = serde_json::from_str(&out(&output)).unwrap();
        let findings = report["cases"][0]["findings"].as_array().unwrap();
        let found: Vec<_> = findings
            .iter()
            .map(|finding| {
                (
                    finding["statement"].as_str().unwrap(),
                    finding["status"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, [(statement, wanted)], "{name}");
    }
}
