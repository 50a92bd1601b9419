//! Masking policies: made, set on columns of tables and views, and taken off them.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy>,
//! <https://docs.snowflake.com/en/user-guide/security-column-intro>
//!
//! How they are applied is in [`masking`](crate::engine::masking).

use super::common::{created, existed, exists_already, fault, home, new_object};
use crate::catalog::object::{Column, ColumnMask, MaskingPolicy};
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work, masking};
use crate::error::{Error, Result};
use crate::sql::statement::{ColumnPolicy, CreateMaskingPolicy};
use crate::types::coerce;

/// Runs CREATE MASKING POLICY. The body is planned once, so that what is wrong with it is known before it is there.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateMaskingPolicy) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::MaskingPolicy, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let Some((_, masked)) = create.arguments.first() else {
        return Err(fault(1_003, "42000", "a masking policy needs an argument"));
    };
    if !coerce::same_kind(masked, &create.returns) {
        let message = format!(
            "Masking policy function argument and return type mismatch: {masked} and {}.",
            create.returns
        );
        return Err(fault(3_538, "22023", message));
    }
    let policy = MaskingPolicy {
        arguments: create
            .arguments
            .iter()
            .map(|(name, data_type)| (name.value.clone(), *data_type))
            .collect(),
        returns: create.returns,
        body: create.body,
        exempt: create.properties.bool("EXEMPT_OTHER_POLICIES")?.unwrap_or(false),
    };
    masking::check(work, &home(work, name)?, &policy)?;
    if let Some(replaced) = work.names().find(ObjectKind::MaskingPolicy, name)?
        && create.header.or_replace
    {
        refuse_while_set(work, &replaced)?;
    }
    let new = new_object(&create.header, &create.properties)?;
    match work.create(&new, ObjectBody::MaskingPolicy(policy))? {
        Some(_) => created(ObjectKind::MaskingPolicy, name.object()),
        None => existed(name.object()),
    }
}

/// SET BODY.
///
/// # Errors
/// Whatever is wrong with the new body.
pub fn set_body(work: &mut Work<'_>, object: &Object, body: String) -> Result<()> {
    let mut changed = object.clone();
    let Some(policy) = changed.as_masking_policy_mut() else {
        return Err(Error::internal("a body of what is no policy"));
    };
    policy.body = body;
    let home = work.snapshot().home(object);
    let home = home.ok_or_else(|| Error::internal("a policy outside a schema"))?;
    masking::check(work, &home, policy)?;
    work.replace(changed)
}

/// Fails for a policy that a live table or view has, before its rows or on a column.
///
/// # Errors
/// 003729 for one that has.
pub fn refuse_while_set(work: &Work<'_>, policy: &Object) -> Result<()> {
    let snapshot = work.snapshot();
    let mut relations = snapshot
        .all(ObjectKind::Table)
        .chain(snapshot.all(ObjectKind::View));
    let has = |object: &Object| {
        let columns = object.columns().iter();
        let mut masks = columns.filter_map(|column| column.masking.as_ref());
        let filters = object
            .row_access()
            .is_some_and(|access| access.policy == policy.id);
        filters || masks.any(|mask| mask.policy == policy.id)
    };
    match relations.any(|object| has(object)) {
        true => {
            let message = format!(
                "Policy {} cannot be dropped/replaced as it is associated with one or more entities.",
                policy.name
            );
            Err(fault(3_729, "42601", message))
        }
        false => Ok(()),
    }
}

/// Sets the policies that a statement gives new columns, by place.
///
/// # Errors
/// As [`mask`].
pub fn mask_columns<'a>(
    work: &Work<'_>,
    columns: &mut [Column],
    given: impl IntoIterator<Item = Option<&'a ColumnPolicy>>,
) -> Result<()> {
    for (at, policy) in given.into_iter().enumerate() {
        if let Some(policy) = policy {
            let mask = mask(work, columns, at, policy)?;
            if let Some(column) = columns.get_mut(at) {
                column.masking = Some(mask);
            }
        }
    }
    Ok(())
}

/// What a column's policy is, checked.
///
/// # Errors
/// When the policy or a column is not there, or types and signature do not go together.
fn mask(work: &Work<'_>, columns: &[Column], at: usize, given: &ColumnPolicy) -> Result<ColumnMask> {
    let object = work.names().require(ObjectKind::MaskingPolicy, &given.policy)?;
    let (Some(policy), Some(own)) = (object.as_masking_policy(), columns.get(at)) else {
        return Err(Error::internal("a mask without a policy"));
    };
    let mut using = vec![own];
    for name in given.using.iter().skip(1) {
        let column = columns.iter().find(|column| column.name == name.value);
        using.push(column.ok_or_else(|| Error::invalid_identifier(&name.value))?);
    }
    if given.using.first().is_some_and(|first| first.value != own.name) {
        let message = format!("the first column of USING must be the masked one, '{}'", own.name);
        return Err(fault(3_544, "42601", message));
    }
    if using.len() != policy.arguments.len() {
        let message = format!(
            "Masking policy '{}' takes {} column(s), {} given.",
            object.name,
            policy.arguments.len(),
            using.len()
        );
        return Err(fault(3_544, "42601", message));
    }
    for (column, (name, data_type)) in using.iter().zip(&policy.arguments) {
        if !coerce::same_kind(&column.data_type, data_type) {
            let message = format!(
                "Column '{}' data type '{}' does not match with masking policy argument '{name}' data type '{data_type}'.",
                column.name, column.data_type
            );
            return Err(fault(3_537, "22023", message));
        }
    }
    for column in using.iter().skip(1) {
        let masked_by = column.masking.as_ref().map(|mask| mask.policy);
        let other = masked_by.and_then(|id| work.snapshot().object(id)?.as_masking_policy());
        if masked_by.is_some() && !other.is_some_and(|other| other.exempt) {
            let message = format!(
                "Column '{}' is masked by a policy without EXEMPT_OTHER_POLICIES and cannot be a condition of another.",
                column.name
            );
            return Err(fault(3_544, "42601", message));
        }
    }
    Ok(ColumnMask {
        policy: object.id,
        using: using.iter().map(|column| column.id).collect(),
    })
}

/// ALTER … COLUMN … SET MASKING POLICY, and UNSET with nothing given.
///
/// # Errors
/// When the column has a policy already and FORCE is not there; as [`mask`].
pub fn set(
    work: &mut Work<'_>,
    id: ObjectId,
    column: &str,
    given: Option<(&ColumnPolicy, bool)>,
) -> Result<()> {
    let object = work.snapshot().object(id).cloned();
    let object = object.ok_or_else(|| Error::internal("altering an unknown object"))?;
    let columns = object.columns();
    let at = columns.iter().position(|known| known.name == column);
    let at = at.ok_or_else(|| Error::invalid_identifier(column))?;
    let has = columns.get(at).is_some_and(|column| column.masking.is_some());
    let masking = match given {
        Some((_, false)) if has => {
            let message = format!(
                "Specified column '{column}' already attached to another masking policy. Unset it first, or set the new one \
                 with FORCE."
            );
            return Err(fault(3_543, "42601", message));
        }
        Some((policy, _)) => Some(mask(work, columns, at, policy)?),
        None => None,
    };
    work.alter(id, |object| {
        super::comment::column_of(object, column)?.masking = masking;
        Ok(())
    })
}
