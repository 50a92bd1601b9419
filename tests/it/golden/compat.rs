//! `COMPAT.md` is what the cases under `tests/sql` give, and all of these pass.

use std::path::Path;

use super::{run, told};

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_compatibility_is_true() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("COMPAT.md");
    let output = run(
        project,
        &["test", "tests/sql", "--compat", table.to_str().unwrap()],
    )
    .await;
    assert!(output.status.success(), "{}", told(&output));
    let made = std::fs::read_to_string(table).unwrap();
    let kept = std::fs::read_to_string(project.join("COMPAT.md")).unwrap_or_default();
    assert_eq!(
        made, kept,
        "COMPAT.md is out of date: snowglobe test tests/sql --compat COMPAT.md"
    );
}
