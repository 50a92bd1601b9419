//! The number by which clients know what kind of statement a result is of.

use crate::sql::Statement;
use crate::sql::statement::{ObjectKind, Use};

/// SELECT.
pub const SELECT: u32 = 0x1000;
/// Several statements in one request.
pub const MULTI: u32 = 0xA000;

/// The number of a statement.
pub fn of(statement: &Statement) -> u32 {
    use Statement as S;
    match statement {
        S::Query(_) | S::Call(_) | S::ExecuteImmediate(_) | S::ScriptBlock(_) => SELECT,
        S::Explain(_) => 0x2000,
        S::Insert(_) => 0x3100,
        S::Update(_) => 0x3200,
        S::Delete(_) => 0x3300,
        S::Merge(_) => 0x3400,
        S::MultiInsert(_) => 0x3500,
        S::CopyIntoTable(_) => 0x3600,
        S::CopyIntoLocation(_) => 0x3700,
        S::AlterParameters(_) | S::SetVariables(_) | S::UnsetVariables(_) => 0x4100,
        S::Use(Use::Object(ObjectKind::Role, _) | Use::SecondaryRoles(_)) => 0x4300,
        S::Use(Use::Object(ObjectKind::Schema, _)) => 0x4302,
        S::Use(Use::Object(ObjectKind::Warehouse, _)) => 0x4303,
        S::Use(Use::Name(name)) if name.parts().len() > 1 => 0x4302,
        S::Use(_) => 0x4301,
        S::Show(_) => 0x4400,
        S::Describe(_) => 0x4500,
        S::List(_) => 0x4701,
        S::Commit => 0x5100,
        S::Begin { .. } | S::Rollback => 0x5000,
        S::Get(_) => 0x7101,
        S::Put(_) => 0x7102,
        S::Remove(_) => 0x7103,
        S::CreateDatabase(_)
        | S::CreateSchema(_)
        | S::CreateTable(_)
        | S::CreateView(_)
        | S::CreateSimple(_)
        | S::CreateStage(_)
        | S::CreatePipe(_)
        | S::CreateStream(_)
        | S::CreateTask(_) => 0x6100,
        S::Alter(_) | S::AlterTable(_) | S::AlterPipe(_) | S::AlterTask(_) => 0x6200,
        S::Drop(_) => 0x6300,
        S::Undrop(_) | S::Truncate(_) | S::Comment(_) | S::Grant(_) | S::ExecuteTask(_) => 0x6000,
    }
}

/// Whether the result is one row of row counts.
pub fn counts_rows(type_id: u32) -> bool {
    matches!(type_id, 0x3100 | 0x3200 | 0x3300 | 0x3400 | 0x3500)
}
