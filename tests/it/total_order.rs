//! The values of each type stand in one order, and everything that compares goes by it: the operators, ORDER BY,
//! DISTINCT, GROUP BY, joins, MIN and MAX, and ranks.

use snowglobe::engine::Session;

use super::laws::{block_on, memory, rows, run};

/// Values of a type, of which some are equal; the NULL that every type has comes besides.
const TYPES: &[(&str, &[&str])] = &[
    (
        "FLOAT",
        &[
            "'NaN'", "'NaN'", "'inf'", "'-inf'", "0", "'-0'", "1", "-1.5", "1e300", "-1e300", "5e-324", "1.0",
        ],
    ),
    (
        "NUMBER(38,2)",
        &[
            "0",
            "-0.00",
            "1",
            "1.0",
            "-1",
            "0.5",
            "-0.01",
            "999999999999999999999999999999999999.99",
        ],
    ),
    (
        "VARCHAR",
        &[
            "''",
            "'a'",
            "'A'",
            "'ab'",
            "'é'",
            "'日本'",
            "'a '",
            "'a'",
            "'\u{1F600}'",
            "'0'",
            "'10'",
            "'9'",
        ],
    ),
    (
        "BINARY",
        &["X''", "X'00'", "X'0000'", "X'7F'", "X'80'", "X'FF'", "X'7f'"],
    ),
    ("BOOLEAN", &["TRUE", "FALSE", "TRUE"]),
    (
        "DATE",
        &[
            "'0001-01-01'",
            "'1969-12-31'",
            "'1970-01-01'",
            "'9999-12-31'",
            "'1970-01-01'",
        ],
    ),
    (
        "TIME",
        &[
            "'00:00'",
            "'23:59:59.999999999'",
            "'12:00'",
            "'12:00:00'",
            "'12:00:00.000000001'",
        ],
    ),
    (
        "TIMESTAMP_NTZ",
        &[
            "'0001-01-01'",
            "'9999-12-31 23:59:59.999999999'",
            "'1969-12-31 23:59:59.9'",
            "'1970-01-01'",
            "'1970-01-01'",
        ],
    ),
    (
        "TIMESTAMP_LTZ",
        &[
            "'2024-01-01 00:00 +0000'",
            "'2024-01-01 02:00 +0200'",
            "'2023-12-31 23:00 +0000'",
            "'1960-05-05'",
        ],
    ),
    (
        "TIMESTAMP_TZ",
        &[
            "'2024-01-01 00:00 +0000'",
            "'2024-01-01 02:00 +0200'",
            "'2024-01-01 01:00 +0200'",
            "'2023-12-31 19:00 -0500'",
            "'1960-05-05 00:00 +1400'",
        ],
    ),
    (
        "VARIANT",
        &[
            "1::VARIANT",
            "1.0::VARIANT",
            "'1'::VARIANT",
            "2::VARIANT",
            "-5.5::VARIANT",
            "'a'::VARIANT",
            "'b'::VARIANT",
        ],
    ),
];

async fn number(session: &mut Session, sql: &str) -> usize {
    rows(session, sql).await[0][0]
        .as_deref()
        .unwrap()
        .parse()
        .unwrap()
}

async fn check(session: &mut Session, data_type: &str, values: &[&str]) {
    run(
        session,
        &format!("CREATE OR REPLACE TABLE T (I INT, V {data_type})"),
    )
    .await;
    let cells = values
        .iter()
        .enumerate()
        .map(|(i, v)| format!("SELECT {i}, {v}::{data_type}"));
    let cells: Vec<String> = cells.collect();
    run(session, &format!("INSERT INTO T {}", cells.join(" UNION ALL "))).await;
    let count = values.len();

    // The operators.
    let operators = ["<", "=", ">", "<=", ">=", "<>", "IS NOT DISTINCT FROM"];
    let compared = operators.map(|operator| format!("IFF(A.V {operator} B.V, 1, 0)"));
    let compared = format!("SELECT {} FROM T A, T B ORDER BY A.I, B.I", compared.join(", "));
    let found: Vec<Vec<bool>> = rows(session, &compared)
        .await
        .iter()
        .map(|row| row.iter().map(|cell| cell.as_deref() == Some("1")).collect())
        .collect();
    let at = |a: usize, b: usize| &found[a * count + b];
    let (less, equal) = (|a, b| at(a, b)[0], |a, b| at(a, b)[1]);
    for a in 0..count {
        assert!(equal(a, a), "{data_type}: {} is itself", values[a]);
        for b in 0..count {
            let [lt, eq, gt, le, ge, ne, same] = at(a, b)[..] else {
                panic!("seven comparisons");
            };
            let what = format!("{data_type}: {} and {}", values[a], values[b]);
            assert_eq!(u8::from(lt) + u8::from(eq) + u8::from(gt), 1, "{what}");
            assert_eq!((le, ge, ne, same), (lt || eq, gt || eq, !eq, eq), "{what}");
            assert_eq!(gt, less(b, a), "{what}");
            for (c, third) in values.iter().enumerate() {
                assert!(!(less(a, b) && less(b, c)) || less(a, c), "{what} and {third}");
                assert!(!(equal(a, b) && equal(b, c)) || equal(a, c), "{what} and {third}");
            }
        }
    }

    // What sorts.
    let sorted = rows(
        session,
        "SELECT I, DENSE_RANK() OVER (ORDER BY V) FROM T ORDER BY V, I",
    )
    .await;
    let place =
        |row: &Vec<Option<String>>, at: usize| -> usize { row[at].as_deref().unwrap().parse().unwrap() };
    for pair in sorted.windows(2) {
        let (a, b) = (place(&pair[0], 0), place(&pair[1], 0));
        assert!(
            !equal(a, b) || a < b,
            "{data_type}: {} and {} tie",
            values[a],
            values[b]
        );
        let step = place(&pair[1], 1) - place(&pair[0], 1);
        assert!(
            !less(b, a),
            "{data_type}: {} is sorted before {}",
            values[a],
            values[b]
        );
        assert_eq!(
            step,
            usize::from(!equal(a, b)),
            "{data_type}: ranks of {} and {}",
            values[a],
            values[b]
        );
    }
    let (first, last) = (place(&sorted[0], 0), place(&sorted[count - 1], 0));
    let extremes = "SELECT (SELECT MIN(I) FROM T WHERE V = (SELECT MIN(V) FROM T)), \
                    (SELECT MIN(I) FROM T WHERE V = (SELECT MAX(V) FROM T))";
    let extremes = rows(session, extremes).await;
    assert!(equal(place(&extremes[0], 0), first), "{data_type}: MIN");
    assert!(equal(place(&extremes[0], 1), last), "{data_type}: MAX");

    // What makes equals one.
    let classes = (0..count).filter(|a| !(0..*a).any(|b| equal(*a, b))).count();
    let pairs = (0..count * count).filter(|at| found[*at][1]).count();
    run(session, "INSERT INTO T VALUES (100, NULL), (101, NULL)").await;
    for (query, wanted) in [
        ("SELECT COUNT(DISTINCT V) FROM T", classes),
        ("SELECT COUNT(*) FROM (SELECT DISTINCT V FROM T)", classes + 1),
        ("SELECT COUNT(*) FROM (SELECT V FROM T GROUP BY V)", classes + 1),
        (
            "SELECT COUNT(*) FROM (SELECT V FROM T UNION SELECT V FROM T)",
            classes + 1,
        ),
        ("SELECT COUNT(*) FROM T A JOIN T B ON A.V = B.V", pairs),
        (
            "SELECT COUNT(*) FROM T A WHERE V IN (SELECT V FROM T WHERE I < 100)",
            count,
        ),
    ] {
        assert_eq!(number(session, query).await, wanted, "{data_type}: {query}");
    }
    let unknown = "SELECT COUNT(*) FROM T A, T B WHERE (A.I >= 100 OR B.I >= 100) \
                   AND (A.V < B.V OR A.V = B.V OR A.V > B.V OR A.V <> B.V)";
    assert_eq!(
        number(session, unknown).await,
        0,
        "{data_type}: NULL compares with nothing"
    );
}

#[test]
fn every_type_has_one_order() {
    block_on(async {
        let account = memory();
        let mut session = account.session("ORDER");
        run(&mut session, "CREATE DATABASE D").await;
        for (data_type, values) in TYPES {
            check(&mut session, data_type, values).await;
        }
    });
}
