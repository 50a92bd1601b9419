//! IS_ROLE_IN_SESSION and IS_GRANTED_TO_INVOKER_ROLE: whether a role is the current one or one that it inherits.
//! <https://docs.snowflake.com/en/sql-reference/functions/is_role_in_session>
//!
//! There are no secondary roles here, and views and functions run with the current role.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::engine::ddl::inherited_roles;
use crate::engine::environment::StatementEnvironment;
use crate::error::Error;
use crate::types::SnowType;

const NAMES: [&str; 2] = ["IS_ROLE_IN_SESSION", "IS_GRANTED_TO_INVOKER_ROLE"];

/// The current role and those that it inherits.
pub fn active(environment: &StatementEnvironment) -> BTreeSet<String> {
    inherited_roles(&environment.snapshot, &environment.context.role)
}

#[derive(Debug)]
struct RoleInSession {
    name: &'static str,
    active: BTreeSet<String>,
    signature: Signature,
}

/// The function of a name, for this statement.
pub fn function(environment: &StatementEnvironment, name: &str) -> Option<Arc<ScalarUDF>> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    Some(Arc::new(ScalarUDF::from(RoleInSession {
        name,
        active: active(environment),
        signature: Signature::any(1, Volatility::Stable),
    })))
}

impl PartialEq for RoleInSession {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.active) == (other.name, &other.active)
    }
}

impl Eq for RoleInSession {}

impl Hash for RoleInSession {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for RoleInSession {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> datafusion::error::Result<DataType> {
        match arguments {
            [DataType::Utf8 | DataType::Null] => Ok(DataType::Boolean),
            others => {
                let types = others.iter().filter_map(SnowType::from_arrow);
                let types: Vec<String> = types.map(|each| each.to_string()).collect();
                Err(Error::argument_types(self.name, types.join(", ")).into())
            }
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::error::Result<ColumnarValue> {
        let roles = ColumnarValue::values_to_arrays(&args.args)?;
        let roles = roles
            .first()
            .ok_or_else(|| Error::internal("a role is missing"))?;
        let roles = compute::cast(roles, &DataType::Utf8)?;
        let active = |role: Option<&str>| role.map(|role| self.active.contains(role));
        let result: BooleanArray = roles.as_string::<i32>().iter().map(active).collect();
        Ok(ColumnarValue::Array(Arc::new(result)))
    }
}
