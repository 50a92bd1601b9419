//! Cases: what `snowglobe test` finds below the paths that it is given.
//!
//! * `NAME.sql` is a case, with `NAME.snap` beside it
//! * a folder whose scripts are numbered (`01_setup.sql`, `02_load.sql`) is one case, which runs them in that order; its
//!   snapshot is `case.snap` in it
//! * such a folder with a `pipeline.toml` is a pipeline: behind its scripts its events are played, and then come the
//!   queries of its results; if its scripts send messages by `@kafka`, those are all that is sent
//!
//! Scripts that another one names by `@setup` are cases too, unless their name begins with `_`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::directive::{Action, Place};
use super::script::{self, Misuse, Step};
use crate::world::pipeline::{FILE_NAME, Pipeline};

/// Folders are searched so deep.
const DEEPEST: usize = 32;
/// More cases are not taken.
const MOST_CASES: usize = 100_000;

/// What a case is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// One script.
    Script(PathBuf),
    /// Numbered scripts of a folder.
    Folder(PathBuf),
    /// A pipeline's folder.
    Pipeline(PathBuf),
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// How it is named to people: its path, without the ending.
    pub name: String,
    /// What it is made of.
    pub form: Form,
}

impl Case {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        match &self.form {
            Form::Script(path) | Form::Folder(path) | Form::Pipeline(path) => path,
        }
    }

    /// The folder of the case's files.
    pub fn folder(&self) -> &Path {
        match &self.form {
            Form::Script(path) => path.parent().unwrap_or(Path::new(".")),
            Form::Folder(path) | Form::Pipeline(path) => path,
        }
    }

    /// The file of what the case gives in Snowglobe, or of what an account said.
    pub fn snapshot(&self, of: Place) -> PathBuf {
        let ending = match of {
            Place::Emulator => "snap",
            Place::Snowflake => "snowflake.snap",
        };
        match &self.form {
            Form::Script(path) => path.with_extension(ending),
            Form::Folder(path) | Form::Pipeline(path) => path.join(format!("case.{ending}")),
        }
    }

    /// What it is about: the first comment of its first script, if there is one.
    pub fn title(&self) -> Option<String> {
        let first = match &self.form {
            Form::Script(path) => path.clone(),
            Form::Folder(path) | Form::Pipeline(path) => numbered(path).ok()?.into_iter().next()?,
        };
        let text = script::read_text(&first).ok()?;
        let mut comments = text.lines().map_while(|line| {
            let comment = line.trim_start().strip_prefix("--");
            comment
                .or_else(|| line.trim().is_empty().then_some(""))
                .map(str::trim)
        });
        comments
            .find(|comment| !comment.is_empty() && !comment.starts_with('@'))
            .map(str::to_owned)
    }

    /// The steps of its scripts.
    ///
    /// # Errors
    /// Those of [`script::load`], and of a `pipeline.toml`.
    pub fn steps(&self) -> Result<Vec<Step>, Misuse> {
        match &self.form {
            Form::Script(path) => script::load(path),
            Form::Folder(path) => load_all(&numbered(path)?),
            Form::Pipeline(path) => {
                let wrong = |error: crate::error::Error| Misuse::of(path, error.message());
                let pipeline = Pipeline::load(path).map_err(wrong)?;
                let mut steps = load_all(&pipeline.script_files(path).map_err(wrong)?)?;
                // Scripts that send messages themselves have no need of others.
                let sends = |step: &Step| matches!(step, Step::Act(act) if matches!(act.action, Action::Kafka { .. }));
                if !steps.iter().any(sends) {
                    steps.push(Step::act(Action::Play, &path.join(FILE_NAME)));
                }
                for show in &pipeline.show {
                    steps.push(Step::statement(&show.sql, &path.join(FILE_NAME)));
                }
                Ok(steps)
            }
        }
    }
}

fn load_all(files: &[PathBuf]) -> Result<Vec<Step>, Misuse> {
    let mut steps = Vec::new();
    for file in files {
        steps.extend(script::load(file)?);
    }
    Ok(steps)
}

/// The cases below some paths, in the order of their names, each once.
///
/// # Errors
/// A path that is not there, cannot be read, or holds no case.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Case>, Misuse> {
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        if path.is_dir() {
            search(path, 0, &mut found)?;
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            std::fs::metadata(path).map_err(|error| Misuse::of(path, error))?;
            found.push(script_case(path));
        } else if path.exists() {
            return Err(Misuse::of(path, "a case is a .sql script or a folder of such"));
        } else {
            return Err(Misuse::of(path, "there is no such file or folder"));
        }
        if found.len() == before {
            return Err(Misuse::of(path, "no .sql script is in this folder"));
        }
    }
    let mut seen = BTreeSet::new();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.retain(|case| seen.insert(case.path().to_path_buf()));
    Ok(found)
}

fn script_case(path: &Path) -> Case {
    Case {
        name: shown(&path.with_extension("")),
        form: Form::Script(path.to_path_buf()),
    }
}

/// A path as people name it.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

fn search(folder: &Path, depth: usize, found: &mut Vec<Case>) -> Result<(), Misuse> {
    let entries = entries(folder)?;
    let scripts: Vec<&PathBuf> = entries.iter().filter(|path| is_script(path)).collect();
    let name = shown(folder);
    let folder_case = |form: fn(PathBuf) -> Form| Case {
        name: name.clone(),
        form: form(folder.to_path_buf()),
    };
    if folder.join(FILE_NAME).is_file() {
        found.push(folder_case(Form::Pipeline));
    } else if scripts.len() > 1 && scripts.iter().all(|path| is_numbered(path)) {
        found.push(folder_case(Form::Folder));
    } else {
        let own = scripts.into_iter().filter(|path| !is_part(path));
        found.extend(own.map(|path| script_case(path)));
    }
    if found.len() > MOST_CASES {
        return Err(Misuse::of(folder, format!("more than {MOST_CASES} cases")));
    }
    for entry in entries.iter().filter(|path| path.is_dir() && !is_hidden(path)) {
        if depth >= DEEPEST {
            return Err(Misuse::of(
                entry,
                "folders are nested too deeply; does a link lead back?",
            ));
        }
        search(entry, depth + 1, found)?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Misuse> {
    let unreadable = |error: std::io::Error| Misuse::of(folder, error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    Ok(entries)
}

fn numbered(folder: &Path) -> Result<Vec<PathBuf>, Misuse> {
    let mut entries = entries(folder)?;
    entries.retain(|path| is_script(path));
    Ok(entries)
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "sql") && path.is_file()
}

fn is_numbered(path: &Path) -> bool {
    file_name(path).starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a script is only there for others to set up.
fn is_part(path: &Path) -> bool {
    file_name(path).starts_with('_')
}

fn is_hidden(path: &Path) -> bool {
    file_name(path).starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn scripts_and_numbered_folders_are_cases() {
        let folder = folder(&[
            ("b.sql", ""),
            ("_tables.sql", ""),
            ("notes.txt", ""),
            ("flow/01_a.sql", "SELECT 1;"),
            ("flow/02_b.sql", "SELECT 2;"),
            ("more/a.sql", ""),
            (".hidden/x.sql", ""),
        ]);
        let cases = find(&[folder.path().to_path_buf()]).unwrap();
        let names: Vec<&str> = cases
            .iter()
            .map(|case| case.name.strip_prefix(folder.path().to_str().unwrap()).unwrap())
            .collect();
        assert_eq!(names, ["/b", "/flow", "/more/a"]);
        assert_eq!(cases[1].steps().unwrap().len(), 2);
        assert_eq!(
            cases[1].snapshot(Place::Emulator),
            folder.path().join("flow/case.snap")
        );
        assert_eq!(
            cases[0].snapshot(Place::Snowflake),
            folder.path().join("b.snowflake.snap")
        );
    }

    #[test]
    fn paths_without_cases_are_told() {
        let folder = folder(&[("x.txt", "")]);
        assert!(
            find(&[folder.path().to_path_buf()])
                .unwrap_err()
                .0
                .contains("no .sql script")
        );
        assert!(find(&[folder.path().join("x.txt")]).is_err());
        assert!(find(&[folder.path().join("nosuch.sql")]).is_err());
    }
}
