//! The engine by itself: functions, and what it makes of time, errors and greed. [`procedures`] has those that run
//! statements.

mod procedures;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::arrow::record_batch::RecordBatch;

use super::{Handler, Kind, Settings, Watch};
use crate::clock::{Clock, VirtualClock};
use crate::error::Result;
use crate::script::log::ProgramLog;
use crate::types::{SnowType, TypeContext};

fn settings(name: &str, body: &str, watch: Watch) -> Settings {
    let mut types = TypeContext::default();
    types.set("TIMEZONE", "UTC").unwrap();
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new("2026-01-02T03:04:05Z".parse().unwrap()));
    Settings {
        name: name.to_string(),
        body: body.to_string(),
        types,
        clock,
        seed: 7,
        watch: Arc::new(watch),
        log: Arc::new(ProgramLog {
            handler: name.to_string(),
        }),
    }
}

/// Runs on a thread as handlers have it.
fn roomy(act: fn()) {
    let thread = std::thread::Builder::new().stack_size(super::STACK_BYTES);
    thread.spawn(act).unwrap().join().unwrap();
}

/// Calls a function of one FLOAT for some values; the results are texts.
fn texts_of(body: &str, values: &[Option<f64>]) -> Result<Vec<Option<String>>> {
    let handler = Handler {
        settings: settings("F", body, Watch::of(200)),
        arguments: vec![("X".to_string(), SnowType::Float)],
        kind: Kind::Scalar(SnowType::VARCHAR),
    };
    let argument: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
    let columns = handler.run(|compiled| compiled(&[argument], values.len()))?;
    let texts: &StringArray = columns[0].as_string();
    Ok(texts.iter().map(|text| text.map(str::to_string)).collect())
}

fn text(body: &str) -> String {
    texts_of(body, &[Some(2.0)]).unwrap()[0]
        .clone()
        .unwrap_or("NULL".to_string())
}

fn error(body: &str) -> String {
    let error = texts_of(body, &[Some(1.0)]).unwrap_err();
    format!("{} {}", error.code(), error.message())
}

#[test]
fn values_go_in_and_out() {
    assert_eq!(text("return X * 21;"), "42");
    assert_eq!(
        text("return [typeof X, arguments.length, this === globalThis, typeof F].join()"),
        "number,1,true,function"
    );
    assert_eq!(
        texts_of("return typeof X", &[None]).unwrap(),
        [Some("undefined".to_string())]
    );
    assert_eq!(texts_of("return null", &[None]).unwrap(), [None]);
    assert_eq!(text("return {a: 1}"), "[object Object]");
    assert_eq!(text("return '\\ud800'"), "\u{fffd}");
    assert_eq!(text("f = X; return f"), "2");
    assert_eq!(text("return X <= 0 ? '' : '_' + F(X - 1)"), "__");
}

#[test]
fn global_variables_outlive_a_row() {
    let body = "if (typeof count === 'undefined') count = 0; return ++count + ':' + X;";
    let rows = texts_of(body, &[Some(1.0), Some(2.5)]).unwrap();
    assert_eq!(rows, [Some("1:1".to_string()), Some("2:2.5".to_string())]);
}

#[test]
fn time_and_chance_come_from_the_account() {
    assert_eq!(
        text("return new Date().toISOString()"),
        "2026-01-02T03:04:05.000Z"
    );
    assert_eq!(text("return String(Date.now())"), "1767323045000");
    assert_eq!(
        text("return new Date(2020, 0, 31, 12).toString()"),
        "Fri Jan 31 2020 12:00:00 GMT+0000 (Coordinated Universal Time)"
    );
    assert_eq!(
        text("return [Math.random(), Math.random()]"),
        text("return [Math.random(), Math.random()]")
    );
    assert_eq!(text("var r = Math.random(); return r >= 0 && r < 1"), "true");
}

#[test]
fn dates_are_in_the_sessions_zone() {
    let mut settings = settings("F", "return eval_(X)", Watch::of(200));
    settings.types.set("TIMEZONE", "America/New_York").unwrap();
    for (expression, expected) in [
        ("new Date(2024, 6, 1).toISOString()", "2024-07-01T04:00:00.000Z"),
        (
            "new Date('2024-01-01 10:00:00').toISOString()",
            "2024-01-01T15:00:00.000Z",
        ),
        (
            "new Date('2024-01-01T10:00:00').toISOString()",
            "2024-01-01T15:00:00.000Z",
        ),
        ("new Date('2024-01-01').toISOString()", "2024-01-01T00:00:00.000Z"),
        ("new Date('2024-01-01T10:00:00Z').getHours()", "5"),
        (
            "new Date('2024-01-01T10:00:00+02:00').toISOString()",
            "2024-01-01T08:00:00.000Z",
        ),
        ("new Date('Mon, 01 Jan 2024 10:00:00 GMT').getHours()", "5"),
        (
            "new Date(2024, 2, 10, 2, 30).toISOString()",
            "2024-03-10T07:30:00.000Z",
        ),
        ("new Date(0).getTimezoneOffset()", "300"),
        (
            "(d => (d.setHours(0, 0, 0, 0), d.toISOString()))(new Date(0))",
            "1969-12-31T05:00:00.000Z",
        ),
        ("(d => (d.setMonth(0), d.getFullYear()))(new Date(NaN))", "NaN"),
        (
            "new Date(0).toString()",
            "Wed Dec 31 1969 19:00:00 GMT-0500 (EST)",
        ),
        ("new Date(0).toLocaleString()", "12/31/1969, 7:00:00 PM"),
        ("new Date(new Date(5)).getTime()", "5"),
        ("new Date(NaN) + ''", "Invalid Date"),
        ("typeof Date()", "string"),
        (
            "new Date() instanceof Date && Date.prototype.constructor === Date",
            "true",
        ),
        (
            "(class extends Date { two() { return 2 } }).prototype.two.call(0)",
            "2",
        ),
    ] {
        settings.body = format!("return {expression}");
        let handler = Handler {
            settings: settings.clone(),
            arguments: vec![],
            kind: Kind::Scalar(SnowType::VARCHAR),
        };
        let columns = handler.run(|compiled| compiled(&[], 1));
        let columns = columns.unwrap_or_else(|error| panic!("{expression}: {error}"));
        assert_eq!(columns[0].as_string::<i32>().value(0), expected, "{expression}");
    }
}

#[test]
fn a_handler_reaches_nothing_of_the_machine() {
    for name in [
        "std",
        "os",
        "require",
        "process",
        "fetch",
        "setTimeout",
        "Deno",
        "load",
        "print",
        "scriptArgs",
    ] {
        assert_eq!(text(&format!("return typeof {name}")), "undefined", "{name}");
    }
    for code in [
        "eval('1')",
        "(0, eval)('1')",
        "Function('return 1')()",
        "new Function('return 1')",
        "(function () {}).constructor('return 1')",
        "(async () => {}).constructor('return 1')",
        "(function* () {}).constructor('return 1')",
        "Reflect.construct(Function, ['return 1'])",
    ] {
        let caught = text(&format!(
            "try {{ {code}; return 'it ran' }} catch (e) {{ return e.name }}"
        ));
        assert_eq!(caught, "EvalError", "{code}");
    }
    assert_eq!(text("return (function () {}) instanceof Function"), "true");
}

#[test]
fn errors_are_worded_as_snowflake_words_them() {
    for (body, expected) in [
        (
            "return null.x;",
            "100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of null (reading 'x') in F at 'return null.x;' position 12\nstackstrace: \nF line: 1",
        ),
        (
            "var a = 1;\nvar b = 2;\n  return null.x;",
            "100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of null (reading 'x') in F at '  return null.x;' position 14\nstackstrace: \nF line: 3",
        ),
        (
            "throw new Error('boom');",
            "100132 JavaScript execution error: Uncaught Error: boom in F at 'throw new Error('boom');' position 0\nstackstrace: \nF line: 1",
        ),
        (
            "throw 'text';",
            "100132 JavaScript execution error: Uncaught text in F at 'throw 'text';' position 0\nstackstrace: \nF line: 1",
        ),
        (
            "throw {a: 1};",
            "100132 JavaScript execution error: Uncaught #<Object> in F at 'throw {a: 1};' position 0\nstackstrace: \nF line: 1",
        ),
        (
            "var e = new Error('m'); e.name = 'Custom'; throw e;",
            "100132 JavaScript execution error: Uncaught Custom: m in F at 'var e = new Error('m'); e.name = 'Custom'; throw e;' position 43\nstackstrace: \nF line: 1",
        ),
        (
            "function inner() { return null.q; } return inner();",
            "100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of null (reading 'q') in F at 'function inner() { return null.q; } return inner();' position 31\nstackstrace: \ninner line: 1\nF line: 1",
        ),
        (
            "undefined.y = 1; return 1;",
            "100132 JavaScript execution error: Uncaught TypeError: Cannot set properties of undefined (setting 'y') in F at 'undefined.y = 1; return 1;' position 12\nstackstrace: \nF line: 1",
        ),
        (
            "var f=n;",
            "100132 JavaScript execution error: Uncaught ReferenceError: n is not defined in F at 'var f=n;' position 6\nstackstrace: \nF line: 1",
        ),
    ] {
        assert_eq!(error(body), expected);
    }
}

#[test]
fn what_is_no_javascript_fails_when_it_is_called() {
    assert_eq!(
        error("var a = 1;\nreturn a +* 2;"),
        "100131 JavaScript compilation error: Uncaught SyntaxError: unexpected token in expression: '*' in F at 'return a +* 2;' position 10"
    );
    assert!(error("return (").starts_with("100131 JavaScript compilation error: Uncaught SyntaxError"));
    assert!(error("return '\0'").contains("NUL"));
}

#[test]
fn what_does_not_end_is_ended() {
    roomy(endless_handlers);
}

fn endless_handlers() {
    assert_eq!(
        error("while (true) {}"),
        "100132 JavaScript execution error: F took too long and was ended"
    );
    // Nothing that is caught keeps it alive.
    assert!(
        error("while (true) { try { while (true) {} } catch (e) {} finally { continue; } }")
            .contains("took too long")
    );
    assert!(error("return /^(a+)+$/.test('a'.repeat(50) + 'b')").contains("took too long"));
    assert!(
        error("function down() { return down() + 1 } return down()")
            .contains("RangeError: Maximum call stack size exceeded")
    );
    for greedy in [
        "var all = []; while (true) all.push('x'.repeat(100000) + all.length)",
        "return 'x'.repeat(1 << 30)",
        "var a = []; for (;;) a.push(new Uint8Array(1 << 20))",
        "return new Array(4294967295).fill(0)",
        "return 'x'.repeat(1 << 25)",
    ] {
        let error = error(greedy);
        assert!(
            error == "100176 JavaScript out of memory error: UDF thread memory limit exceeded"
                || error.contains("Invalid string length")
                || error.contains("invalid string length")
                || error.starts_with("100082 Max LOB size"),
            "{greedy}: {error}"
        );
    }
    assert_eq!(
        text("try { 'x'.repeat(1 << 29).repeat(8) } catch (e) {} return 'alive'"),
        "alive"
    );
}

#[test]
fn semi_structured_results_are_what_they_look_like() {
    roomy(semi_structured_results);
}

fn semi_structured_results() {
    let variant = |body: &str| {
        let handler = Handler {
            settings: settings("F", body, Watch::limited()),
            arguments: vec![],
            kind: Kind::Scalar(SnowType::Variant),
        };
        let columns = handler.run(|compiled| compiled(&[], 1));
        columns.map(|columns| {
            let mut json = String::new();
            match columns[0].is_null(0) {
                true => json.push_str("NULL"),
                false => crate::variant::to_json(columns[0].as_binary::<i64>().value(0), &mut json),
            }
            json
        })
    };
    for (body, expected) in [
        ("return undefined", "NULL"),
        ("return null", "null"),
        (
            "return {a: undefined, b: null, c: [1, undefined, 'x'], d: () => 1}",
            r#"{"b":null,"c":[1,"x"]}"#,
        ),
        (
            "return [1, 1.5, -0, 1e15, 0.1, true]",
            "[1,1.5,0,1000000000000000,0.1,true]",
        ),
        (
            "return {when: new Date(0)}",
            r#"{"when":"1970-01-01 00:00:00.000 +0000"}"#,
        ),
        ("return new Map()", "{}"),
        ("return () => 1", "NULL"),
    ] {
        assert_eq!(variant(body).unwrap(), expected, "{body}");
    }
    let deep = variant("var a = []; for (var i = 0; i < 2000; i++) a = [a]; return a").unwrap_err();
    assert!(deep.message().contains("nested deeper than 1000"));
    let ring = variant("var a = {}; a.a = a; return a").unwrap_err();
    assert!(ring.message().contains("nested deeper than 1000"));
}

#[test]
fn a_table_function_sees_its_partition() {
    let body = "{
        initialize: function (info) { this.sum = 0; this.type = info.X.type + info.X.isConst; },
        processRow: function (row, rowWriter) {
            this.sum += row.X;
            rowWriter.writeRow({A: row.X, OTHER: 1});
        },
        finalize: function (rowWriter) { rowWriter.writeRow({A: this.sum, B: this.type}); }
    }";
    let handler = Handler {
        settings: settings("F", body, Watch::limited()),
        arguments: vec![("X".to_string(), SnowType::Float)],
        kind: Kind::Table(vec![
            ("A".to_string(), SnowType::INTEGER),
            ("B".to_string(), SnowType::VARCHAR),
        ]),
    };
    let partition = |values: &[f64]| -> ArrayRef { Arc::new(Float64Array::from(values.to_vec())) };
    let shown = |columns: Vec<ArrayRef>| {
        let batch = RecordBatch::try_from_iter(["A", "B"].into_iter().zip(columns)).unwrap();
        datafusion::arrow::util::pretty::pretty_format_batches(&[batch])
            .unwrap()
            .to_string()
    };
    let (first, second) = handler
        .run(|compiled| {
            Ok((
                compiled(&[partition(&[1.0, 2.0])], 2)?,
                compiled(&[partition(&[7.0, 7.0])], 2)?,
            ))
        })
        .unwrap();
    let first = shown(first);
    assert!(first.contains("| 3 | FLOATfalse |"), "{first}");
    assert_eq!(first.lines().count(), 3 + 3 + 1);
    assert!(shown(second).contains("| 14 | FLOATtrue |"));
    let none = Handler {
        settings: settings("F", "{}", Watch::limited()),
        ..handler
    };
    let error = none.run(|_| Ok(())).unwrap_err();
    assert!(error.message().contains("processRow"));
}

#[test]
fn numbers_are_doubles_both_ways() {
    let handler = Handler {
        settings: settings("F", "return X", Watch::limited()),
        arguments: vec![("X".to_string(), SnowType::Float)],
        kind: Kind::Scalar(SnowType::Float),
    };
    let values = vec![
        Some(0.1),
        Some(-0.0),
        Some(f64::MAX),
        Some(f64::NAN),
        None,
        Some(9_007_199_254_740_993.0),
    ];
    let argument: ArrayRef = Arc::new(Float64Array::from(values.clone()));
    let columns = handler
        .run(|compiled| compiled(&[argument], values.len()))
        .unwrap();
    let same = columns[0].as_primitive::<Float64Type>().iter().zip(values);
    for (found, expected) in same {
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits));
    }
}
