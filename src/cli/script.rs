//! A script through one session, statement by statement, stopping at the first error.

use super::failure::Failure;
use crate::engine::StatementResult;
use crate::remote::Target;
use crate::sql;

/// Runs every statement of a script; `each` gets a statement's text and result as it comes. `name` stands for the
/// script in error messages: its path. Returns how many statements ran.
///
/// # Errors
/// The first failed statement, shown with its place; what `each` fails with.
pub async fn run<T: Target>(
    session: &mut T,
    name: &str,
    script: &str,
    mut each: impl FnMut(&T, &str, StatementResult) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let statements = sql::split(script);
    let count = statements.len();
    for statement in statements {
        let result = session
            .execute(&statement.text)
            .await
            .map_err(|error| Failure::InScript(sql::show_error(name, script, statement.offset, &error)))?;
        each(session, &statement.text, result)?;
    }
    Ok(count)
}
