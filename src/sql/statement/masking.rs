//! Masking policies: CREATE, and how columns name them
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy>). ALTER is among the [others](super::alter).

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;
use crate::types::SnowType;

/// CREATE MASKING POLICY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateMaskingPolicy {
    /// Heading.
    pub header: CreateHeader,
    /// The signature: the value to mask, then those that conditions are about.
    pub arguments: Vec<(Ident, SnowType)>,
    /// RETURNS.
    pub returns: SnowType,
    /// The expression behind the arrow, as written.
    pub body: String,
    /// COMMENT, EXEMPT_OTHER_POLICIES.
    pub properties: Properties,
}

/// `MASKING POLICY name [USING (column, …)]` of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPolicy {
    /// The policy.
    pub policy: QualifiedName,
    /// USING: the column itself, then those that conditions are about. Empty when it is not there.
    pub using: Vec<Ident>,
}

/// CREATE MASKING POLICY, after the words.
pub(crate) fn create_masking_policy(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("MASKING POLICY", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    cursor.expect("AS")?;
    let arguments = cursor.in_parentheses(|cursor| Ok((cursor.ident()?, cursor.snow_type()?)))?;
    cursor.expect("RETURNS")?;
    let returns = cursor.snow_type()?;
    let body = arrow_body(cursor)?;
    let properties = cursor.properties(&["COMMENT", "EXEMPT_OTHER_POLICIES"])?;
    Ok(Statement::CreateMaskingPolicy(Box::new(CreateMaskingPolicy {
        header,
        arguments,
        returns,
        body,
        properties,
    })))
}

/// `-> expression`, as written.
pub(super) fn arrow_body(cursor: &mut Cursor<'_>) -> Result<String> {
    cursor.expect_token(&Token::Arrow)?;
    let from = cursor.location();
    cursor.expr()?;
    Ok(cursor.text_since(from))
}

impl Cursor<'_> {
    /// `[WITH] MASKING POLICY name [USING (…)]` if it comes next.
    pub(super) fn masking_clause(&mut self) -> Result<Option<ColumnPolicy>> {
        match self.take("WITH MASKING POLICY") || self.take("MASKING POLICY") {
            true => self.column_policy().map(Some),
            false => Ok(None),
        }
    }

    /// `name [USING (…)]`.
    pub(super) fn column_policy(&mut self) -> Result<ColumnPolicy> {
        let policy = self.name()?;
        let using = match self.take("USING") {
            true => self.in_parentheses(Self::ident)?,
            false => Vec::new(),
        };
        Ok(ColumnPolicy { policy, using })
    }
}
