//! Procedures in Python.
//! <https://docs.snowflake.com/en/developer-guide/stored-procedure/python/procedure-python-overview>
//!
//! A handler's first argument is a Snowpark session. It is a session of its own, of the same account and user, in the
//! database and schema that the procedure runs in: it shares neither a transaction nor temporary objects nor variables
//! with the caller's. A call inside a transaction is therefore refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;

use crate::catalog::routine::{Returns, Routine};
use crate::engine::routine::imports;
use crate::engine::routine::python::{Opened, handler_of};
use crate::engine::session::Session;
use crate::error::{Error, Result};
use crate::script::log::Log;
use crate::script::python::process::Killer;
use crate::script::python::{Call, Code, Connection, Reply};
use crate::script::{Bindings, Outcome, Returned, Value};
use crate::sql::quote_if_needed;
use crate::types::Stop;

/// Ends a process unless its call came to an end.
struct Watched(Option<Killer>);

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(killer) = self.0.take() {
            killer.kill();
        }
    }
}

/// Runs a procedure's handler.
pub(super) async fn call(
    session: &mut Session,
    routine: &Routine,
    home: Option<(String, String)>,
    log: Arc<dyn Log>,
    arguments: Vec<(String, Value)>,
) -> Result<(Returned, Bindings)> {
    if session.in_transaction() {
        return Err(Error::unsupported(
            "a call of a procedure in PYTHON inside a transaction",
        ));
    }
    let account = Arc::clone(session.account());
    let door = account
        .python()
        .door()
        .ok_or_else(|| Error::unsupported("procedures in PYTHON without a server"))?;
    let Opened {
        mut connection,
        guard,
    } = door.open(&account, &session.context().user).await?;
    describe(&mut connection, session);

    let values: Vec<ArrayRef> = arguments.into_iter().map(|(_, value)| value.array).collect();
    let code = Code {
        routine,
        handler: handler_of(routine)?,
        scope: account.python().new_scope(),
        log,
    };
    let types = session.context().types.clone();
    let request = code.request(&Call::Procedure(&connection), &values, 1, false, &types)?;
    let (owner, handler) = (Arc::clone(&account), code.handler.clone());
    let taken = tokio::task::spawn_blocking(move || {
        let found = imports::find(&owner, home.as_ref(), &handler)?;
        owner.python().process(&owner, &found)
    });
    let (key, process) = taken.await.map_err(|_| Error::cancelled())??;
    let mut watched = Watched(Some(process.killer()));
    let asked = tokio::task::spawn_blocking(move || {
        // Who drops this call ends the process.
        let reply = process.ask(request, &Stop::default());
        reply.map(|reply| (reply, process))
    });
    let (reply, process) = asked.await.map_err(|_| Error::cancelled())??;
    watched.0 = None;
    account.python().interpreter.put_back(&key, process);
    drop(guard);
    let reply = code.reply(&reply, &types)?;
    Ok((returned(session, routine, reply)?, Bindings::new()))
}

/// The names and parameters that the handler's session begins with.
fn describe(connection: &mut Connection, session: &Session) {
    let context = session.context();
    let name = |name: &Option<String>| name.as_deref().map(quote_if_needed);
    connection.role = Some(quote_if_needed(&context.role));
    connection.database = name(&context.database);
    connection.schema = name(&context.schema);
    connection.warehouse = name(&context.warehouse);
    let zone = context.types.timezone.iana_name().unwrap_or("UTC");
    connection.session_parameters = BTreeMap::from([("TIMEZONE".to_string(), zone.to_string())]);
}

fn returned(session: &Session, routine: &Routine, reply: Reply) -> Result<Returned> {
    let Some(columns) = &reply.schema else {
        let Returns::Scalar { data_type, .. } = &routine.returns else {
            return Err(Error::internal("rows without names"));
        };
        return Ok(Returned::Value(Value {
            data_type: *data_type,
            array: reply.values()?,
        }));
    };
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, data_type)| data_type.field(name, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), reply.columns)?;
    Ok(Returned::Table(Arc::new(Outcome {
        query_id: Arc::clone(&session.context().query_id),
        schema,
        batches: vec![batch],
        affected: None,
        is_query: true,
        assigned: Bindings::new(),
    })))
}
