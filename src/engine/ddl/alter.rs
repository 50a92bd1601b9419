//! ALTER of databases, schemas, views, stages, file formats, streams, sequences, functions, procedures, warehouses, roles and integrations.
//! <https://docs.snowflake.com/en/sql-reference/sql/alter>

use std::sync::Arc;

use super::common::{done, fault, kind_of, retention_days};
use super::{comment, masking, monitor, namespace, rename, routine, row_access, simple, stage, stream, tag};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::{StatementResult, Work, events, options};
use crate::error::{Error, Result};
use crate::sql::statement::{Alter, AlterAction};
use crate::sql::{Ident, Properties, QualifiedName};
use crate::stage::format;

/// Runs ALTER.
pub(in crate::engine) fn run(work: &mut Work<'_>, alter: Alter) -> Result<StatementResult> {
    let kind = kind_of(alter.kind)?;
    let name = match alter.name {
        Some(name) => name,
        None => current(work, kind)?,
    };
    if kind == ObjectKind::Role && super::grant::SYSTEM_ROLES.contains(&name.object()) {
        let message = format!("SQL access control error:\nSystem role '{name}' cannot be altered.");
        return Err(Error::new(3_001, "42501", message));
    }
    let object = match work.names().require(kind, &name) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    match alter.action {
        AlterAction::Rename(to) if object.as_routine().is_some() => routine::rename(work, &object, &to)?,
        AlterAction::Rename(to) => rename::rename(work, &object, &to)?,
        AlterAction::Swap(other) => {
            let other = work.names().require(kind, &other)?;
            rename::swap(work, &object, &other)?;
        }
        AlterAction::Set(properties) => set(work, &object, &properties)?,
        AlterAction::Unset(names) => unset(work, &object, &names)?,
        AlterAction::ManagedAccess(enabled) => change(work, &object, |object| {
            object
                .as_schema_mut()
                .map(|schema| schema.managed_access = enabled)
        })?,
        AlterAction::Secure(secure) => {
            change(work, &object, |object| match &mut object.body {
                ObjectBody::View(view) => {
                    view.secure = secure;
                    Some(())
                }
                _ => object.as_routine_mut().map(|routine| routine.secure = secure),
            })?;
        }
        AlterAction::ExecuteAs(whom) => {
            change(work, &object, |object| {
                let procedure = object.as_procedure_mut()?;
                procedure.execute_as = routine::execute_as(whom);
                Some(())
            })?;
        }
        AlterAction::ColumnComment(name, text) => work.alter(object.id, |object| {
            comment::column_of(object, &name.value)?.comment = text;
            Ok(())
        })?,
        AlterAction::SetBody(body) if kind == ObjectKind::RowAccessPolicy => {
            row_access::set_body(work, &object, body)?;
        }
        AlterAction::SetBody(body) => masking::set_body(work, &object, body)?,
        AlterAction::SetTag(change, properties) => tag::alter(work, &object, change, &properties)?,
        AlterAction::SetMonitor(settings) => monitor::alter(work, &object, &settings)?,
        AlterAction::SetColumnPolicy(column, policy, force) => {
            masking::set(work, object.id, &column.value, Some((&policy, force)))?;
        }
        AlterAction::UnsetColumnPolicy(column) => masking::set(work, object.id, &column.value, None)?,
        AlterAction::Suspend => power(work, &object, true)?,
        AlterAction::Resume { if_suspended } => {
            let suspended = object.as_warehouse().is_some_and(|warehouse| warehouse.suspended);
            if suspended || !if_suspended {
                power(work, &object, false)?;
            }
        }
        AlterAction::AbortAllQueries => return Err(Error::unsupported("ABORT ALL QUERIES")),
        AlterAction::Refresh { .. } => {
            return Err(Error::unsupported("ALTER STAGE … REFRESH: directory tables"));
        }
    }
    done()
}

/// The object that a statement without a name means: the current warehouse.
pub(super) fn current(work: &Work<'_>, kind: ObjectKind) -> Result<QualifiedName> {
    match (kind, &work.context.warehouse) {
        (ObjectKind::Warehouse, Some(name)) => Ok(QualifiedName::single(Ident::quoted(name.as_str()))),
        (ObjectKind::Warehouse, None) => {
            let message = "No active warehouse selected in the current session.  Select an active warehouse with the \
                 'use warehouse' command.";
            Err(Error::new(606, "57P03", message))
        }
        _ => Err(fault(1_003, "42000", "the name is missing")),
    }
}

fn change(
    work: &mut Work<'_>,
    object: &Object,
    change: impl FnOnce(&mut Object) -> Option<()>,
) -> Result<()> {
    work.alter(object.id, |object| {
        change(object).ok_or_else(|| Error::internal("an object of another kind"))
    })
}

/// SUSPEND and RESUME of a warehouse.
fn power(work: &mut Work<'_>, object: &Object, suspend: bool) -> Result<()> {
    let suspended = object.as_warehouse().is_some_and(|warehouse| warehouse.suspended);
    if suspended == suspend {
        let (code, what) = if suspend {
            (90_064, "suspended")
        } else {
            (90_063, "resumed")
        };
        let message = format!("Invalid state. Warehouse '{}' cannot be {what}.", object.name);
        return Err(Error::new(code, "22000", message));
    }
    let now = work.now;
    change(work, object, |object| {
        let warehouse = object.as_warehouse_mut()?;
        warehouse.suspended = suspend;
        if !suspend {
            warehouse.resumed_at = Some(now);
        }
        Some(())
    })
}

/// SET of properties, for each kind its own.
fn set(work: &mut Work<'_>, object: &Arc<Object>, properties: &Properties) -> Result<()> {
    let mut changed = object.as_ref().clone();
    if let Some(text) = properties.text("COMMENT")? {
        changed.comment = Some(text.to_string());
    }
    let mut kept = options::keep(properties)?;
    let mut properties = properties.clone();
    if matches!(changed.body, ObjectBody::Database(_))
        && let Some(property) = properties.remove(events::EVENT_TABLE)
    {
        kept.set(events::EVENT_TABLE, events::named(&work.names(), &property)?);
    }
    let properties = &properties;
    let all = |options: &mut crate::catalog::Options| {
        kept.0
            .iter()
            .for_each(|(name, value)| options.set(name.as_str(), value.clone()));
    };
    match &mut changed.body {
        ObjectBody::Database(database) => {
            namespace::check_properties(properties)?;
            database.retention_days =
                retention_days(properties, !database.transient)?.or(database.retention_days);
            all(&mut database.options);
            database.options.unset("DATA_RETENTION_TIME_IN_DAYS");
        }
        ObjectBody::Schema(schema) => {
            namespace::check_properties(properties)?;
            schema.retention_days = retention_days(properties, !schema.transient)?.or(schema.retention_days);
            all(&mut schema.options);
            schema.options.unset("DATA_RETENTION_TIME_IN_DAYS");
        }
        ObjectBody::View(view) => {
            if properties.bool("CHANGE_TRACKING")? == Some(true) {
                stream::track_view(work, view)?;
            }
        }
        ObjectBody::Stage(body) => {
            if body.url.is_none() && properties.get("URL").is_some() {
                return Err(fault(
                    1_423,
                    "22023",
                    "an internal stage cannot be made an external one",
                ));
            }
            stage::apply(work, body, properties)?;
        }
        ObjectBody::FileFormat(body) => {
            let present = format::FileFormat::from_properties(&options::format_properties(&body.options)?)?;
            present.with_properties(&options::format_properties(&kept)?)?;
            all(&mut body.options);
        }
        ObjectBody::Stream(_) => {
            if let Some((name, _)) = kept.0.first() {
                return Err(Error::unsupported(format!("ALTER STREAM … SET {name}")));
            }
        }
        ObjectBody::Sequence(sequence) => {
            if properties.get("START").is_some() {
                return Err(Error::unsupported("ALTER SEQUENCE … START"));
            }
            if let Some(increment) = properties.i64("INCREMENT")? {
                if increment == 0 {
                    return Err(Error::invalid_property("INCREMENT", 0));
                }
                sequence.increment = increment;
            }
            sequence.ordered = properties.bool("ORDER")?.unwrap_or(sequence.ordered);
        }
        ObjectBody::Warehouse(warehouse) => {
            simple::check_warehouse(work, properties)?;
            all(&mut warehouse.options);
            warehouse.options.unset("WAIT_FOR_COMPLETION");
        }
        ObjectBody::Role(_) | ObjectBody::MaskingPolicy(_) | ObjectBody::RowAccessPolicy(_) => {}
        ObjectBody::Function(body) | ObjectBody::Procedure(body) => {
            routine::check_levels(properties)?;
            all(&mut body.options);
        }
        ObjectBody::User(user) => super::user::apply(work, &object.name, user, properties)?,
        ObjectBody::Integration(integration) => {
            simple::check_integration(&integration.category, properties)?;
            for fixed in ["TYPE", "STORAGE_PROVIDER"] {
                if let Some(value) = kept.get(fixed)
                    && integration
                        .options
                        .get(fixed)
                        .and_then(crate::catalog::OptionValue::text)
                        != value.text()
                {
                    return Err(fault(
                        1_423,
                        "22023",
                        format!("property '{fixed}' cannot be changed"),
                    ));
                }
            }
            all(&mut integration.options);
        }
        ObjectBody::Table(_)
        | ObjectBody::Pipe(_)
        | ObjectBody::Task(_)
        | ObjectBody::Tag(_)
        | ObjectBody::ResourceMonitor(_) => {
            return Err(Error::internal("a kind with an ALTER of its own"));
        }
    }
    work.replace(changed)
}

/// UNSET of properties: back to their defaults.
fn unset(work: &mut Work<'_>, object: &Arc<Object>, names: &[String]) -> Result<()> {
    let mut changed = object.as_ref().clone();
    for name in names {
        if name == "COMMENT" {
            changed.comment = None;
            continue;
        }
        match &mut changed.body {
            ObjectBody::Database(database) => {
                if name == "DATA_RETENTION_TIME_IN_DAYS" {
                    database.retention_days = None;
                }
                database.options.unset(name);
            }
            ObjectBody::Schema(schema) => {
                if name == "DATA_RETENTION_TIME_IN_DAYS" {
                    schema.retention_days = None;
                }
                schema.options.unset(name);
            }
            ObjectBody::Warehouse(warehouse) => {
                warehouse.options.unset(name);
            }
            ObjectBody::Function(body) | ObjectBody::Procedure(body) => {
                body.options.unset(name);
            }
            ObjectBody::Tag(tag) if name == "ALLOWED_VALUES" => tag.allowed = None,
            ObjectBody::User(user) if name == "PASSWORD" => user.password = None,
            ObjectBody::User(user) => {
                user.options.unset(name);
            }
            ObjectBody::Integration(integration)
                if name != "ENABLED" && name.starts_with("STORAGE_BLOCKED") =>
            {
                integration.options.unset(name);
            }
            ObjectBody::Integration(integration) if name == "ENABLED" => {
                integration
                    .options
                    .set(name.as_str(), crate::catalog::OptionValue::Boolean(false));
            }
            _ => {
                let kind = object.kind().traits().sql;
                return Err(Error::unsupported(format!("ALTER {kind} … UNSET {name}")));
            }
        }
    }
    work.replace(changed)
}
