//! Policies applied: wherever a table, view or stream is read, a masked column is the body of its policy, and a row is
//! there only if the row access policy says so, which looks at the real values.
//! <https://docs.snowflake.com/en/user-guide/security-column-intro>,
//! <https://docs.snowflake.com/en/user-guide/security-row-intro>
//!
//! The body is planned as that of a SQL function is, in the policy's own schema and with the role of the session, and put
//! in the column's place below everything else the query does: conditions, joins and DML see masked values only. Rows that
//! a DML writes anew keep the real values of the columns that it does not assign.
//!
//! In a body, CURRENT_DATABASE and CURRENT_SCHEMA are those of the policy.

use std::sync::Arc;

use datafusion::logical_expr::TableSource;
use parking_lot::Mutex;

use super::Work;
use super::environment::StatementEnvironment;
use super::routine::selecting;
use super::view;
use crate::catalog::object::{Column, MaskingPolicy};
use crate::catalog::routine::{Given, Returns};
use crate::catalog::{Object, ObjectBody};
use crate::error::{Error, Result};
use crate::plan::{Body, Mask, Parameter, Planner, Resolved, UserFunction, Value, filtered, masked};
use crate::sql;
use crate::types::SnowType;

/// A policy, for one place in a query.
#[derive(Debug)]
struct Policy {
    object: Arc<Object>,
    policy: MaskingPolicy,
    /// The type of the column that it masks.
    data_type: SnowType,
    environment: StatementEnvironment,
    /// What it was resolved to: planning asks for its type many times.
    resolved: Mutex<Option<(Vec<Given>, Arc<Resolved>)>>,
}

/// Plans a policy's body once.
///
/// # Errors
/// Whatever is wrong with the body.
pub(super) fn check(work: &Work<'_>, home: &(String, String), policy: &MaskingPolicy) -> Result<()> {
    check_body(work, home, &policy.body, &policy.arguments)
}

/// Plans the body of any policy once.
///
/// # Errors
/// As [`check`].
pub(super) fn check_body(
    work: &Work<'_>,
    home: &(String, String),
    body: &str,
    arguments: &[(String, SnowType)],
) -> Result<()> {
    let (_, environment) = work.planner();
    let inner = Arc::new(environment.inside(home)?);
    let planner = planner(&inner);
    let query = selecting(sql::parse_expr(body)?)?;
    planner.body(&query, arguments).map(|_| ())
}

fn planner(environment: &Arc<StatementEnvironment>) -> Planner {
    Planner::new(
        Arc::clone(environment) as _,
        environment.account.base_state(),
        &environment.context.types,
    )
}

/// The relation whose policies a relation's rows have, and its columns: those of a stream are its source's.
fn columns<'a>(environment: &'a StatementEnvironment, object: &'a Object) -> (&'a Object, &'a [Column]) {
    match &object.body {
        ObjectBody::Table(table) => (object, &table.columns),
        ObjectBody::View(view) => (object, &view.columns),
        ObjectBody::Stream(stream) => match environment.snapshot.object(stream.source) {
            Some(source) => columns(environment, source),
            None => (object, &[]),
        },
        _ => (object, &[]),
    }
}

/// A relation with its masked columns masked.
///
/// # Errors
/// Whatever is wrong with a policy's body by now.
pub(super) fn apply(
    environment: &StatementEnvironment,
    object: &Object,
    source: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    let (relation, columns) = columns(environment, object);
    let source = rows(environment, relation, columns, source)?;
    mask(environment, columns, source, false)
}

/// The same for the target of a DML: the real values of masked columns stand behind the others, under names that
/// [`crate::plan::unmasked`] gives.
///
/// # Errors
/// As [`apply`].
pub(super) fn apply_to_target(
    environment: &StatementEnvironment,
    object: &Object,
    columns: &[Column],
    source: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    let source = rows(environment, object, columns, source)?;
    mask(environment, columns, source, true)
}

/// The rows of a relation that its row access policy lets pass.
fn rows(
    environment: &StatementEnvironment,
    object: &Object,
    columns: &[Column],
    source: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    let Some(access) = object.row_access() else {
        return Ok(source);
    };
    // A policy that cannot be found hides everything.
    let policy = environment.snapshot.object(access.policy).cloned();
    let policy = policy.ok_or_else(|| Error::internal("a row access policy is gone"))?;
    let Some(body) = policy.as_row_access_policy().cloned() else {
        return Err(Error::internal("a row access policy that is none"));
    };
    let condition = Mask {
        column: String::new(),
        arguments: access
            .columns
            .iter()
            .map(|id| name_of(columns, *id))
            .collect::<Result<_>>()?,
        policy: access.policy,
        function: Arc::new(Policy {
            object: policy,
            policy: MaskingPolicy {
                arguments: body.arguments,
                returns: SnowType::Boolean,
                body: body.body,
                exempt: false,
            },
            data_type: SnowType::Boolean,
            environment: environment.share(),
            resolved: Mutex::default(),
        }),
    };
    let planner = planner(&Arc::new(environment.share()));
    let plan = filtered(&planner, source, &condition)?;
    let names = plan.schema().fields().iter().map(|field| field.name().clone());
    let names = names.collect();
    view::from_plan(plan, names)
}

fn name_of(columns: &[Column], id: u32) -> Result<String> {
    let column = columns.iter().find(|column| column.id == id);
    column
        .map(|column| column.name.clone())
        .ok_or_else(|| Error::internal("a policy's column is gone"))
}

fn mask(
    environment: &StatementEnvironment,
    columns: &[Column],
    source: Arc<dyn TableSource>,
    keep: bool,
) -> Result<Arc<dyn TableSource>> {
    let mut masks = Vec::new();
    for column in columns {
        let Some(mask) = &column.masking else { continue };
        // A policy that cannot be found hides everything.
        let object = environment.snapshot.object(mask.policy).cloned();
        let object = object.ok_or_else(|| Error::internal("a masking policy is gone"))?;
        let Some(policy) = object.as_masking_policy().cloned() else {
            return Err(Error::internal("a masking policy that is none"));
        };
        masks.push(Mask {
            column: column.name.clone(),
            arguments: mask
                .using
                .iter()
                .map(|id| name_of(columns, *id))
                .collect::<Result<_>>()?,
            policy: mask.policy,
            function: Arc::new(Policy {
                object,
                policy,
                data_type: column.data_type,
                environment: environment.share(),
                resolved: Mutex::default(),
            }),
        });
    }
    if masks.is_empty() {
        return Ok(source);
    }
    let planner = planner(&Arc::new(environment.share()));
    let plan = masked(&planner, source, &masks, keep)?;
    let names = plan.schema().fields().iter().map(|field| field.name().clone());
    let names = names.collect();
    view::from_plan(plan, names)
}

impl UserFunction for Policy {
    fn name(&self) -> String {
        self.object.name.clone()
    }

    fn resolve(&self, given: &[Given]) -> Result<Arc<Resolved>> {
        if let Some((known, resolved)) = &*self.resolved.lock()
            && known == given
        {
            return Ok(Arc::clone(resolved));
        }
        let inner = Arc::new(self.environment.inside_function(&self.object)?);
        let types = self
            .policy
            .arguments
            .iter()
            .zip(given)
            .map(|((name, declared), given)| (name.clone(), given.data_type.unwrap_or(*declared)));
        let types: Vec<(String, SnowType)> = types.collect();
        let query = selecting(sql::parse_expr(&self.policy.body)?)?;
        let plan = planner(&inner).body(&query, &types)?;
        self.environment.absorb(&inner);
        let parameters = types
            .into_iter()
            .enumerate()
            .map(|(at, (name, data_type))| Parameter {
                name,
                data_type,
                value: Value::Argument(at),
            });
        // A mask may be longer than the column is wide.
        let data_type = match self.data_type {
            SnowType::Varchar { .. } | SnowType::Binary { .. } => self.policy.returns,
            exact => exact,
        };
        let resolved = Arc::new(Resolved {
            parameters: parameters.collect(),
            returns: Returns::Scalar {
                data_type,
                not_null: false,
            },
            body: Body::Query(plan),
        });
        *self.resolved.lock() = Some((given.to_vec(), Arc::clone(&resolved)));
        Ok(resolved)
    }

    fn columns(&self) -> Option<Vec<String>> {
        None
    }
}
