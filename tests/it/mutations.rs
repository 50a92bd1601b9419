//! Ways to break an SCD script, each of which `snowglobe test` must notice and show. `tests/sql/scd/mutations.toml` lists
//! them: what is replaced in which case, and what the report must hold.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Mutations {
    mutation: Vec<Mutation>,
}

/// One way to break a script.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    /// What is broken, in words.
    what: String,
    /// The case's file.
    case: String,
    /// What is replaced,
    replace: String,
    /// and by what.
    with: String,
    /// What must be shown of it, blanks aside.
    shows: String,
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn whatever_breaks_an_scd_script_is_shown() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/scd");
    let list = std::fs::read_to_string(cases.join("mutations.toml")).unwrap();
    let list: Mutations = toml::from_str(&list).unwrap();
    assert!(list.mutation.len() >= 10);
    let mut missed = Vec::new();
    for mutation in list.mutation {
        let folder = tempfile::tempdir().unwrap();
        crate::golden::copy(&cases, folder.path());
        let case = folder.path().join(&mutation.case);
        let script = std::fs::read_to_string(&case).unwrap();
        assert!(
            script.contains(&mutation.replace),
            "{}: nothing to replace",
            mutation.what
        );
        std::fs::write(&case, script.replace(&mutation.replace, &mutation.with)).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_snowglobe"))
            .arg("test")
            .arg(&case)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&run.stdout).into_owned();
        if run.status.code() != Some(1) || !words(&told).contains(&words(&mutation.shows)) {
            missed.push(format!("{}: {}\n{told}", mutation.what, run.status));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
