//! Row access policies, and which of them tables and views have.
//! <https://docs.snowflake.com/en/user-guide/security-row-intro>

use serde::{Deserialize, Serialize};

use super::object::ObjectId;
use crate::types::SnowType;

/// The row access policy of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAccess {
    /// The policy.
    pub policy: ObjectId,
    /// The ids of the columns that it takes, in order.
    pub columns: Vec<u32>,
}

/// CREATE ROW ACCESS POLICY.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RowAccessPolicy {
    /// The signature.
    pub arguments: Vec<(String, SnowType)>,
    /// The condition, as text.
    pub body: String,
}
