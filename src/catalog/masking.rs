//! Masking policies, and which of them columns have.
//! <https://docs.snowflake.com/en/user-guide/security-column-intro>

use serde::{Deserialize, Serialize};

use super::object::ObjectId;
use crate::types::SnowType;

/// The masking policy of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMask {
    /// The policy.
    pub policy: ObjectId,
    /// The ids of the columns that it takes, in order: the masked one, then those of its conditions.
    pub using: Vec<u32>,
}

/// CREATE MASKING POLICY.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MaskingPolicy {
    /// The signature: the value to mask, then those that conditions are about.
    pub arguments: Vec<(String, SnowType)>,
    /// RETURNS.
    pub returns: SnowType,
    /// The expression, as text.
    pub body: String,
    /// EXEMPT_OTHER_POLICIES: whether other policies may take a column that this one masks.
    pub exempt: bool,
}
