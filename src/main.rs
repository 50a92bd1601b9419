//! The `snowglobe` program; see [`snowglobe::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    snowglobe::cli::main()
}
