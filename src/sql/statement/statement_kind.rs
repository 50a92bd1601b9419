//! [`StatementKind`]: what sort of statement one is, with its name and the number by which clients know it.

use std::borrow::Cow;
use std::fmt;

use super::{ObjectKind, Statement, TableSource, Use};

/// The sort of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum StatementKind {
    Select,
    Explain,
    Insert,
    MultiInsert,
    Update,
    Delete,
    Merge,
    Copy,
    Unload,
    Truncate,
    Create(ObjectKind),
    CreateTableAsSelect,
    Alter(ObjectKind),
    Drop(ObjectKind),
    Undrop(ObjectKind),
    Comment,
    Grant,
    Revoke,
    /// USE of a role, database, schema or warehouse.
    Use(ObjectKind),
    AlterSession,
    AlterAccount,
    Set,
    Unset,
    Show,
    Describe,
    List,
    Remove,
    Put,
    Get,
    Begin,
    Commit,
    Rollback,
    Call,
    ExecuteImmediate,
    ExecuteTask,
    Script,
    /// Several statements in one request.
    MultiStatement,
    /// A text that is no statement, or whose statement is not known yet.
    Unknown,
}

/// Kinds without an object: name, and the number in the wire protocol's `statementTypeId`.
///
/// Numbers go by families of `0x1000`. Where clients know a family only, the family's first number stands.
const TABLE: &[(StatementKind, &str, u32)] = {
    use StatementKind as K;
    &[
        (K::Select, "SELECT", 0x1000),
        (K::Call, "CALL", 0x1000),
        (K::ExecuteImmediate, "EXECUTE IMMEDIATE", 0x1000),
        (K::Script, "SCRIPT", 0x1000),
        (K::Explain, "EXPLAIN", 0x2000),
        (K::Insert, "INSERT", 0x3100),
        (K::Update, "UPDATE", 0x3200),
        (K::Delete, "DELETE", 0x3300),
        (K::Merge, "MERGE", 0x3400),
        (K::MultiInsert, "MULTI_TABLE_INSERT", 0x3500),
        (K::Copy, "COPY", 0x3600),
        (K::Unload, "UNLOAD", 0x3700),
        (K::AlterSession, "ALTER SESSION", 0x4100),
        (K::Set, "SET", 0x4100),
        (K::Unset, "UNSET", 0x4100),
        (K::Show, "SHOW", 0x4400),
        (K::Describe, "DESCRIBE", 0x4500),
        (K::List, "LIST_FILES", 0x4701),
        (K::Begin, "BEGIN_TRANSACTION", 0x5000),
        (K::Commit, "COMMIT", 0x5100),
        (K::Rollback, "ROLLBACK", 0x5000),
        (K::CreateTableAsSelect, "CREATE TABLE AS SELECT", 0x6100),
        (K::AlterAccount, "ALTER ACCOUNT", 0x6200),
        (K::Truncate, "TRUNCATE TABLE", 0x6000),
        (K::Comment, "COMMENT", 0x6000),
        (K::Grant, "GRANT", 0x6000),
        (K::Revoke, "REVOKE", 0x6000),
        (K::ExecuteTask, "EXECUTE TASK", 0x6000),
        (K::Get, "GET_FILES", 0x7101),
        (K::Put, "PUT_FILES", 0x7102),
        (K::Remove, "REMOVE_FILES", 0x7103),
        (K::MultiStatement, "MULTI_STATEMENT", 0xA000),
        (K::Unknown, "UNKNOWN", 0x0000),
    ]
};

/// Verbs of kinds with an object, and their numbers.
const CREATE: (&str, u32) = ("CREATE", 0x6100);
const ALTER: (&str, u32) = ("ALTER", 0x6200);
const DROP: (&str, u32) = ("DROP", 0x6300);
const UNDROP: (&str, u32) = ("UNDROP", 0x6000);

impl StatementKind {
    /// Whether its result are rows that it read, rather than a status or counts.
    pub fn has_rows(self) -> bool {
        matches!(
            self,
            Self::Select | Self::Show | Self::Describe | Self::List | Self::Explain | Self::Call
        )
    }

    /// The verb and its number, for a kind with an object.
    fn verb(self) -> Option<((&'static str, u32), ObjectKind)> {
        match self {
            Self::Create(object) => Some((CREATE, object)),
            Self::Alter(object) => Some((ALTER, object)),
            Self::Drop(object) => Some((DROP, object)),
            Self::Undrop(object) => Some((UNDROP, object)),
            Self::Use(object) => {
                let number = match object {
                    ObjectKind::Role => 0x4300,
                    ObjectKind::Schema => 0x4302,
                    ObjectKind::Warehouse => 0x4303,
                    _ => 0x4301,
                };
                Some((("USE", number), object))
            }
            _ => None,
        }
    }

    fn row(self) -> (&'static str, u32) {
        let row = TABLE.iter().find(|(kind, ..)| *kind == self);
        row.map_or(("UNKNOWN", 0), |(_, name, number)| (name, *number))
    }

    /// The name, such as `CREATE TABLE`, `SELECT` or `PUT_FILES`.
    pub fn name(self) -> Cow<'static, str> {
        match self.verb() {
            Some((("USE", _), _)) => "USE".into(),
            Some(((verb, _), object)) => format!("{verb} {object}").into(),
            None => self.row().0.into(),
        }
    }

    /// The name as QUERY_TYPE of the query history has it: `CREATE_TABLE`.
    pub fn query_type(self) -> String {
        self.name().replace(' ', "_")
    }

    /// The number by which clients know the kind: `statementTypeId`.
    pub fn type_id(self) -> u32 {
        match self.verb() {
            Some(((_, number), _)) => number,
            None => self.row().1,
        }
    }

    /// The kind that a number stands for, as far as the number alone tells: of several the first in the list above.
    pub fn of_type_id(number: u32) -> Option<Self> {
        let uses = [
            ObjectKind::Role,
            ObjectKind::Database,
            ObjectKind::Schema,
            ObjectKind::Warehouse,
        ];
        let uses = uses.map(Self::Use).into_iter();
        let mut kinds = TABLE.iter().map(|(kind, ..)| *kind).chain(uses);
        // Families that hold several kinds tell none of them.
        kinds
            .find(|kind| kind.type_id() == number)
            .filter(|_| number < 0x5000 || matches!(number, 0x5100 | 0x7101..=0x7103 | 0xa000))
    }

    /// Whether the statement is DML whose result is one row of counts.
    pub fn counts_rows(self) -> bool {
        (0x3100..=0x3500).contains(&self.type_id())
    }
}

impl fmt::Display for StatementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Statement {
    /// The sort of statement this is.
    pub fn kind(&self) -> StatementKind {
        use StatementKind as K;
        match self {
            Self::Query(_) => K::Select,
            Self::Use(Use::Object(kind, _)) => K::Use(*kind),
            Self::Use(Use::Name(name)) if name.parts().len() > 1 => K::Use(ObjectKind::Schema),
            Self::Use(Use::Name(_)) => K::Use(ObjectKind::Database),
            Self::Use(Use::SecondaryRoles(_)) => K::Use(ObjectKind::Role),
            Self::CreateDatabase(_) => K::Create(ObjectKind::Database),
            Self::CreateSchema(_) => K::Create(ObjectKind::Schema),
            Self::CreateTable(create) if matches!(create.source, TableSource::Query(_)) => {
                K::CreateTableAsSelect
            }
            Self::CreateTable(_) => K::Create(ObjectKind::Table),
            Self::CreateDynamicTable(_) => K::Create(ObjectKind::DynamicTable),
            Self::CreateExternalTable(_) => K::Create(ObjectKind::ExternalTable),
            Self::CreateView(_) => K::Create(ObjectKind::View),
            Self::CreateSimple(create) => K::Create(create.kind),
            Self::CreateStage(_) => K::Create(ObjectKind::Stage),
            Self::CreateMaskingPolicy(_) => K::Create(ObjectKind::MaskingPolicy),
            Self::CreateRowAccessPolicy(_) => K::Create(ObjectKind::RowAccessPolicy),
            Self::CreateTag(_) => K::Create(ObjectKind::Tag),
            Self::CreateResourceMonitor(_) => K::Create(ObjectKind::ResourceMonitor),
            Self::CreatePipe(_) => K::Create(ObjectKind::Pipe),
            Self::CreateStream(_) => K::Create(ObjectKind::Stream),
            Self::CreateRoutine(create) => K::Create(create.kind),
            Self::CreateTask(_) => K::Create(ObjectKind::Task),
            Self::Alter(alter) => K::Alter(alter.kind),
            Self::AlterRowAccess(alter) => K::Alter(alter.kind),
            Self::AlterTags(alter) if alter.kind == ObjectKind::Account => K::AlterAccount,
            Self::AlterTags(alter) => K::Alter(alter.kind),
            Self::AlterTable(_) => K::Alter(ObjectKind::Table),
            Self::AlterDynamicTable(_) => K::Alter(ObjectKind::DynamicTable),
            Self::AlterExternalTable(_) => K::Alter(ObjectKind::ExternalTable),
            Self::AlterPipe(_) => K::Alter(ObjectKind::Pipe),
            Self::AlterTask(_) => K::Alter(ObjectKind::Task),
            Self::AlterParameters(alter) if alter.account => K::AlterAccount,
            Self::AlterParameters(_) => K::AlterSession,
            Self::Drop(drop) => K::Drop(drop.kind),
            Self::Undrop(undrop) => K::Undrop(undrop.kind),
            Self::Truncate(_) => K::Truncate,
            Self::Comment(_) => K::Comment,
            Self::Insert(_) => K::Insert,
            Self::MultiInsert(_) => K::MultiInsert,
            Self::Update(_) => K::Update,
            Self::Delete(_) => K::Delete,
            Self::Merge(_) => K::Merge,
            Self::CopyIntoTable(_) => K::Copy,
            Self::CopyIntoLocation(_) => K::Unload,
            Self::List(_) => K::List,
            Self::Remove(_) => K::Remove,
            Self::Put(_) => K::Put,
            Self::Get(_) => K::Get,
            Self::Show(_) => K::Show,
            Self::Describe(_) => K::Describe,
            Self::Grant(grant) if grant.revoke => K::Revoke,
            Self::Grant(_) => K::Grant,
            Self::Begin { .. } => K::Begin,
            Self::Commit => K::Commit,
            Self::Rollback => K::Rollback,
            Self::SetVariables(_) => K::Set,
            Self::UnsetVariables(_) => K::Unset,
            Self::ExecuteTask(_) => K::ExecuteTask,
            Self::ExecuteImmediate(_) | Self::ExecuteFile(_) => K::ExecuteImmediate,
            Self::Call(_) => K::Call,
            Self::Explain(_) => K::Explain,
            Self::ScriptBlock(_) => K::Script,
            Self::Flow(flow) => flow.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse;

    #[test]
    fn kinds_have_the_numbers_that_clients_know() {
        for (text, name, number) in [
            ("SELECT 1", "SELECT", 4096),
            ("INSERT INTO t VALUES (1)", "INSERT", 12_544),
            ("CREATE TABLE t (a INT)", "CREATE TABLE", 0x6100),
            ("CREATE TABLE t AS SELECT 1", "CREATE TABLE AS SELECT", 0x6100),
            ("USE ROLE r", "USE", 17_152),
            ("USE d.s", "USE", 17_154),
            ("USE d", "USE", 17_153),
            ("USE WAREHOUSE w", "USE", 17_155),
            ("DROP STAGE s", "DROP STAGE", 0x6300),
            ("SHOW TABLES", "SHOW", 0x4400),
        ] {
            let kind = parse(text).unwrap().kind();
            assert_eq!((kind.name().as_ref(), kind.type_id()), (name, number), "{text}");
        }
        assert!(TABLE.iter().all(|(kind, ..)| kind.verb().is_none()));
    }
}
