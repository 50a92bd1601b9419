//! How fast expressions are over whole columns: a path into a VARIANT, FLATTEN, and grouping by a NUMBER, each beside a
//! reference that is measured in the same run. `cargo bench --bench expressions` prints criterion's figures, then the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)] // a benchmark may stop where it stands

mod common;

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use datafusion::arrow::array::{ArrayRef, Int64Array, ListArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::Runtime;

use common::{Bench, median, report};

/// Rows whose paths are followed, and that are grouped.
const ROWS: usize = 1_000_000;

/// Arrays that are flattened, of three elements each.
const ARRAYS: usize = 500_000;

fn measure(criterion: &mut Criterion, name: &str, mut run: impl FnMut()) {
    common::measure(criterion, "expressions", name, 10, || (), |()| run());
}

/// DataFusion by itself with a table `T`, and what its queries run on.
struct Plain {
    runtime: Runtime,
    context: SessionContext,
}

impl Plain {
    fn new(columns: Vec<(&str, ArrayRef)>) -> Self {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let schema = batch.schema();
        let slices = (0..batch.num_rows().div_ceil(8192))
            .map(|part| batch.slice(part * 8192, 8192.min(batch.num_rows() - part * 8192)))
            .collect();
        let context = SessionContext::new_with_config(SessionConfig::new());
        let table = MemTable::try_new(schema, vec![slices]).unwrap();
        context.register_table("t", Arc::new(table)).unwrap();
        Self {
            runtime: Runtime::new().unwrap(),
            context,
        }
    }

    fn sql(&self, text: &str) {
        let collected = async { self.context.sql(text).await.unwrap().collect().await.unwrap() };
        black_box(self.runtime.block_on(collected));
    }
}

/// A path of constant text against the column that would hold its values.
fn paths(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    bench.sql("CREATE TABLE T (ID INT, V VARIANT)");
    bench.sql(&format!(
        "INSERT INTO T SELECT SEQ4() AS ID, OBJECT_CONSTRUCT('eventId', 'e-' || ID, 'eventType', 'PROFILE_UPDATED', \
         'customerId', ID, 'email', 'anna' || ID || '@example.com', 'address', \
         OBJECT_CONSTRUCT('street', '12 Main St', 'city', 'Springfield', 'zip', ID % 100000)) \
         FROM TABLE(GENERATOR(ROWCOUNT => {ROWS}))"
    ));
    measure(criterion, "SUM of a path of 1,000,000 VARIANTs", || {
        bench.sql("SELECT SUM(V:customerId::INT) FROM T");
    });
    measure(criterion, "SUM of a path of two steps", || {
        bench.sql("SELECT SUM(V:address.zip::INT) FROM T");
    });
    for name in [
        "SUM of a path of 1,000,000 VARIANTs",
        "SUM of a path of two steps",
    ] {
        measure(criterion, &format!("{name}, of a NUMBER column"), || {
            bench.sql("SELECT SUM(ID) FROM T");
        });
    }
}

/// FLATTEN against DataFusion's unnest of lists that are typed already.
fn flatten(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    bench.sql("CREATE TABLE T (ID INT, A ARRAY)");
    bench.sql(&format!(
        "INSERT INTO T SELECT SEQ4() AS ID, ARRAY_CONSTRUCT(ID, ID + 1, ID + 2) \
         FROM TABLE(GENERATOR(ROWCOUNT => {ARRAYS}))"
    ));
    measure(criterion, "FLATTEN of 500,000 arrays of three", || {
        bench.sql("SELECT SUM(F.VALUE::INT) FROM T, LATERAL FLATTEN(INPUT => A) F");
    });
    let lists = (0..ARRAYS as i64).map(|row| Some((row..row + 3).map(Some)));
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
    let plain = Plain::new(vec![("a", Arc::new(lists))]);
    measure(
        criterion,
        "FLATTEN of 500,000 arrays of three, plain unnest",
        || {
            plain.sql("SELECT SUM(v) FROM (SELECT unnest(a) AS v FROM t)");
        },
    );
}

/// Groups of NUMBER(38,0) against DataFusion's groups of 64-bit integers.
fn groups(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    bench.sql("CREATE TABLE T (G INT, N NUMBER(38,2))");
    bench.sql(&format!(
        "INSERT INTO T SELECT SEQ4() % 10000, SEQ4() / 100 FROM TABLE(GENERATOR(ROWCOUNT => {ROWS}))"
    ));
    measure(criterion, "GROUP BY of a NUMBER, 10,000 groups", || {
        bench.sql("SELECT G, SUM(N), COUNT(*) FROM T GROUP BY G");
    });
    let column = |value: fn(i64) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values((0..ROWS as i64).map(value)))
    };
    let plain = Plain::new(vec![("g", column(|row| row % 10_000)), ("n", column(|row| row))]);
    measure(
        criterion,
        "GROUP BY of a NUMBER, 10,000 groups, plain DataFusion of Int64",
        || plain.sql("SELECT g, SUM(n), COUNT(*) FROM t GROUP BY g"),
    );
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    paths(&mut criterion);
    flatten(&mut criterion);
    groups(&mut criterion);
    criterion.final_summary();
    report();
    for name in [
        "SUM of a path of 1,000,000 VARIANTs",
        "SUM of a path of two steps",
    ] {
        if let Some(seconds) = median(name) {
            println!("{name}: {:.0} ns a row", seconds * 1e9 / ROWS as f64);
        }
    }
}
