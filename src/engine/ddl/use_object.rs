//! USE. <https://docs.snowflake.com/en/sql-reference/sql/use>

use super::common::done;
use super::grant::SYSTEM_ROLES;
use crate::catalog::ObjectKind;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::QualifiedName;
use crate::sql::statement::{self, Use};

/// Runs USE.
pub(in crate::engine) fn run(work: &mut Work<'_>, target: Use) -> Result<StatementResult> {
    switch(work, target).map_err(Error::or_cannot_be_performed)?;
    done()
}

/// Makes an object current.
pub(in crate::engine) fn switch(work: &mut Work<'_>, target: Use) -> Result<()> {
    use statement::ObjectKind as K;
    match target {
        Use::Object(K::Database, name) => database(work, &name)?,
        Use::Object(K::Schema, name) => schema(work, &name)?,
        Use::Name(name) if name.parts().len() == 1 => database(work, &name)?,
        Use::Name(name) => schema(work, &name)?,
        Use::Object(K::Warehouse, name) => {
            let found = work.names().require(ObjectKind::Warehouse, &name)?;
            work.context.warehouse = Some(found.name.clone());
        }
        Use::Object(K::Role, name) => {
            let role = name.object();
            if !SYSTEM_ROLES.contains(&role) {
                work.names().require(ObjectKind::Role, &name)?;
            }
            work.context.role = role.to_string();
        }
        Use::Object(kind, _) => return Err(Error::unsupported(format!("USE {kind}"))),
        // Every role may do everything here, so that secondary roles add nothing.
        Use::SecondaryRoles(_) => {}
    }
    Ok(())
}

/// A database becomes current, and its schema PUBLIC with it, where there is one.
fn database(work: &mut Work<'_>, name: &QualifiedName) -> Result<()> {
    let found = work.names().require(ObjectKind::Database, name)?;
    let public = work
        .snapshot()
        .find(found.id, ObjectKind::Schema, "PUBLIC", work.context.session)
        .is_some();
    work.context.database = Some(found.name.clone());
    work.context.schema = public.then(|| "PUBLIC".to_string());
    Ok(())
}

fn schema(work: &mut Work<'_>, name: &QualifiedName) -> Result<()> {
    let database = work.names().database(name.schema())?;
    let found = work.names().require(ObjectKind::Schema, name)?;
    work.context.database = Some(database.name.clone());
    work.context.schema = Some(found.name.clone());
    Ok(())
}
