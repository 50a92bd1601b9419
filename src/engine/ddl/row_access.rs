//! Row access policies: made, and added to and dropped from tables and views.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-row-access-policy>,
//! <https://docs.snowflake.com/en/user-guide/security-row-intro>
//!
//! How they are applied is in [`masking`](crate::engine::masking).

use super::common::{created, done, existed, exists_already, fault, home, kind_of, new_object};
use crate::catalog::row_access::{RowAccess, RowAccessPolicy};
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work, masking};
use crate::error::{Error, Result};
use crate::sql::statement::{AlterRowAccess, CreateRowAccessPolicy, DroppedPolicies, RowAccessClause};
use crate::types::coerce;

/// Runs CREATE ROW ACCESS POLICY. The body is planned once, so that what is wrong with it is known before it is there.
pub(in crate::engine) fn create(
    work: &mut Work<'_>,
    create: CreateRowAccessPolicy,
) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::RowAccessPolicy, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let arguments = create.arguments.iter();
    let policy = RowAccessPolicy {
        arguments: arguments
            .map(|(name, data_type)| (name.value.clone(), *data_type))
            .collect(),
        body: create.body,
    };
    masking::check_body(work, &home(work, name)?, &policy.body, &policy.arguments)?;
    if let Some(replaced) = work.names().find(ObjectKind::RowAccessPolicy, name)?
        && create.header.or_replace
    {
        super::masking::refuse_while_set(work, &replaced)?;
    }
    let new = new_object(&create.header, &create.properties)?;
    match work.create(&new, ObjectBody::RowAccessPolicy(policy))? {
        Some(_) => created(ObjectKind::RowAccessPolicy, name.object()),
        None => existed(name.object()),
    }
}

/// SET BODY.
///
/// # Errors
/// Whatever is wrong with the new body.
pub fn set_body(work: &mut Work<'_>, object: &Object, body: String) -> Result<()> {
    let mut changed = object.clone();
    let Some(policy) = changed.as_row_access_policy_mut() else {
        return Err(Error::internal("a body of what is no policy"));
    };
    policy.body = body;
    let home = work.snapshot().home(object);
    let home = home.ok_or_else(|| Error::internal("a policy outside a schema"))?;
    masking::check_body(work, &home, &policy.body, &policy.arguments)?;
    work.replace(changed)
}

/// Runs ALTER … ADD and DROP ROW ACCESS POLICY.
pub(in crate::engine) fn alter(work: &mut Work<'_>, alter: AlterRowAccess) -> Result<StatementResult> {
    let found = match kind_of(alter.kind)? {
        ObjectKind::View => work.names().require(ObjectKind::View, &alter.name),
        _ => work.names().relation(&alter.name),
    };
    let object = match found {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    match &alter.drop {
        DroppedPolicies::None => {}
        DroppedPolicies::All => put(work, object.id, None)?,
        DroppedPolicies::One(name) => {
            let policy = work.names().require(ObjectKind::RowAccessPolicy, name)?;
            if object
                .row_access()
                .is_none_or(|access| access.policy != policy.id)
            {
                let message = format!("Policy '{}' is not attached to '{}'.", policy.name, object.name);
                return Err(fault(3_542, "42601", message));
            }
            put(work, object.id, None)?;
        }
    }
    if let Some(clause) = &alter.add {
        add(work, object.id, clause)?;
    }
    done()
}

/// Adds a policy to a table or view.
///
/// # Errors
/// When there is one already; when the policy or a column is not there, or types and signature do not go together.
pub(in crate::engine) fn add(work: &mut Work<'_>, id: ObjectId, clause: &RowAccessClause) -> Result<()> {
    let object = work.snapshot().object(id).cloned();
    let object = object.ok_or_else(|| Error::internal("altering an unknown object"))?;
    if object.row_access().is_some() {
        let message = format!(
            "Object {} already has a ROW_ACCESS_POLICY. Only one is allowed at a time.",
            object.name
        );
        return Err(fault(3_569, "23001", message));
    }
    let found = work
        .names()
        .require(ObjectKind::RowAccessPolicy, &clause.policy)?;
    let Some(policy) = found.as_row_access_policy() else {
        return Err(Error::internal("a policy without a body"));
    };
    if clause.columns.len() != policy.arguments.len() {
        let message = format!(
            "Row access policy '{}' takes {} column(s), {} given.",
            found.name,
            policy.arguments.len(),
            clause.columns.len()
        );
        return Err(fault(3_544, "42601", message));
    }
    let columns = object.columns();
    let mut ids = Vec::with_capacity(clause.columns.len());
    for (name, (argument, data_type)) in clause.columns.iter().zip(&policy.arguments) {
        let column = columns.iter().find(|column| column.name == name.value);
        let column = column.ok_or_else(|| Error::invalid_identifier(&name.value))?;
        if !coerce::same_kind(&column.data_type, data_type) {
            let message = format!(
                "Column '{}' data type '{}' does not match with row access policy argument '{argument}' data type \
                 '{data_type}'.",
                column.name, column.data_type
            );
            return Err(fault(3_537, "22023", message));
        }
        if column.masking.is_some() {
            let message = format!(
                "Column '{}' has a masking policy and cannot be an argument of a row access policy.",
                column.name
            );
            return Err(fault(3_544, "42601", message));
        }
        ids.push(column.id);
    }
    put(
        work,
        id,
        Some(RowAccess {
            policy: found.id,
            columns: ids,
        }),
    )
}

fn put(work: &mut Work<'_>, id: ObjectId, access: Option<RowAccess>) -> Result<()> {
    work.alter(id, |object| match &mut object.body {
        ObjectBody::Table(table) => {
            table.row_access = access;
            Ok(())
        }
        ObjectBody::View(view) => {
            view.row_access = access;
            Ok(())
        }
        _ => Err(Error::internal("a row access policy of something without rows")),
    })
}
