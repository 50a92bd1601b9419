//! Cases and their snapshots, through the program: on an account, against recordings, and where something is wrong.

mod account;
mod bad_input;
mod compat;
mod faults;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The program, run in a folder.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowglobe"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("SNOWFLAKE_HOME", folder)
        .env("HOME", folder)
        .stdin(Stdio::null());
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command
}

/// The program without holding up what else goes on in this process.
async fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program(folder, arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// All that a run told, for messages of tests.
fn told(output: &Output) -> String {
    format!("{:?}\n{}\n{}", output.status.code(), out(output), err(output))
}

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Lets the folder know a connection `far` to a port of this machine.
fn connect(folder: &Path, port: u16) {
    let toml = format!(
        "[far]\naccount = 'test'\nuser = 'u'\npassword = 's3cret'\nhost = '127.0.0.1'\nport = {port}\nprotocol = 'http'\n\
         [wrong]\naccount = 'test'\nuser = 'u'\npassword = 'wr0ng'\nhost = '127.0.0.1'\nport = {port}\nprotocol = 'http'\n"
    );
    let path = folder.join("connections.toml");
    std::fs::write(&path, toml).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Copies the files of a folder and of those below it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => std::fs::copy(&path, &target).map(drop).unwrap(),
        }
    }
}
