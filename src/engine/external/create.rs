//! CREATE EXTERNAL TABLE. <https://docs.snowflake.com/en/sql-reference/sql/create-external-table>
//!
//! Kept and without effect: AWS_SNS_TOPIC, and PARTITION BY, for no file is read when the table is.

use super::check;
use super::refresh::{self, Extent};
use crate::catalog::external::{External, FIRST_EXPRESSION, STORED};
use crate::catalog::object::{Column, Table};
use crate::catalog::{ObjectBody, ObjectKind, Options};
use crate::engine::copy::format_of_options;
use crate::engine::ddl::{
    self, created_as, duplicate_column, existed, exists_already, fault, new_object, stage_file_format,
};
use crate::engine::{StatementResult, Work, options};
use crate::error::{Error, Result};
use crate::sql::StageLocation;
use crate::sql::statement::{ColumnDef, CreateExternalTable};
use crate::stage::{FileType, pattern::Pattern};

/// Runs CREATE EXTERNAL TABLE, and its first refresh.
pub(in crate::engine) async fn run(
    work: &mut Work<'_>,
    create: CreateExternalTable,
) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Table, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let home = ddl::home(work, name)?;
    let external = external(work, &create)?;
    let mut columns = vec![Column::plain(1, STORED[0].0, STORED[0].1)];
    match &create.template {
        Some(_) if !create.columns.is_empty() => {
            return Err(fault(
                1_003,
                "42000",
                "columns cannot be given with USING TEMPLATE",
            ));
        }
        Some(query) => {
            columns.extend(ddl::template::virtual_columns(work, query, FIRST_EXPRESSION).await?);
        }
        None => add_columns(&mut columns, &create.columns, FIRST_EXPRESSION)?,
    }
    check(work, &home, &columns)?;
    if let Some(wrong) = create
        .partition_by
        .iter()
        .find(|part| !columns.iter().any(|column| column.name == part.value))
    {
        return Err(Error::invalid_identifier(&wrong.value));
    }
    let policies = create.columns.iter().map(|column| column.masking.as_ref());
    ddl::masking::mask_columns(work, &mut columns, std::iter::once(None).chain(policies))?;
    let mut table = Table {
        next_column_id: columns
            .iter()
            .map(|column| column.id + 1)
            .max()
            .unwrap_or(FIRST_EXPRESSION),
        columns,
        external: Some(Box::new(external)),
        ..Table::default()
    };
    let full_name = work.names().shown(ObjectKind::Table, name);
    ddl::columns::constraints(work, &mut table, &full_name, &create.constraints)?;
    // Constraints of external tables, NOT NULL among them, hold nobody to anything.
    table.columns.iter_mut().for_each(|column| column.nullable = true);
    let mut new = new_object(&create.header, &create.properties)?;
    new.copy_grants = create.copy_grants;
    let user_partitions = table
        .external
        .as_ref()
        .is_some_and(|external| external.user_partitions);
    let Some(id) = work.create(&new, ObjectBody::Table(table))? else {
        return existed(name.object());
    };
    let given = create.columns.iter();
    let given = given.map(|column| (column.name.value.as_str(), column.tags.as_slice()));
    ddl::tag::set_on_columns(work, id, given)?;
    if let Some(clause) = &create.row_access {
        ddl::row_access::add(work, id, clause)?;
    }
    if !user_partitions && create.properties.bool("REFRESH_ON_CREATE")?.unwrap_or(true) {
        refresh::run(work, id, &Extent::Below(String::new())).await?;
    }
    created_as("Table", name.object())
}

/// Adds columns that statements define, each an expression.
///
/// # Errors
/// When a column has none, or more than that; 002025 for a name that is taken.
pub(super) fn add_columns(columns: &mut Vec<Column>, given: &[ColumnDef], first_id: u32) -> Result<()> {
    for (definition, id) in given.iter().zip(first_id..) {
        let name = definition.name.value.clone();
        let (Some(data_type), Some(expression)) = (definition.data_type, &definition.expression) else {
            let message =
                format!("column '{name}' of an external table needs a type and an expression: AS (…)");
            return Err(fault(1_003, "42000", message));
        };
        if definition.default.is_some() || definition.identity.is_some() {
            let message =
                format!("column '{name}' of an external table has neither a default nor an identity");
            return Err(fault(1_003, "42000", message));
        }
        if columns.iter().any(|other| other.name == name) {
            return Err(duplicate_column(&name));
        }
        columns.push(Column {
            comment: definition.comment.clone(),
            expression: Some(expression.clone()),
            ..Column::plain(id, name, data_type)
        });
    }
    crate::engine::ddl::columns::refuse_structured("external", columns)
}

fn external(work: &Work<'_>, create: &CreateExternalTable) -> Result<External> {
    let StageLocation::Named { stage, path } = &create.location else {
        return Err(fault(
            1_003,
            "42601",
            "the LOCATION of an external table is a named stage",
        ));
    };
    let stage = work.names().require(ObjectKind::Stage, stage)?;
    if stage.as_stage().is_some_and(|stage| stage.url.is_none()) {
        return Err(Error::unsupported("an external table over an internal stage"));
    }
    let properties = &create.properties;
    let user_partitions = match properties.text("PARTITION_TYPE")? {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("USER_SPECIFIED") => true,
        Some(other) => return Err(Error::invalid_property("PARTITION_TYPE", other)),
    };
    let given = properties.bool("AUTO_REFRESH")?;
    if user_partitions && given == Some(true) {
        let message = "AUTO_REFRESH = TRUE and PARTITION_TYPE = USER_SPECIFIED exclude each other";
        return Err(fault(1_423, "22023", message));
    }
    if user_partitions && create.partition_by.is_empty() {
        return Err(fault(2_029, "42601", "Missing option(s): [PARTITION BY]."));
    }
    let pattern = properties.text("PATTERN")?.map(str::to_string);
    if let Some(pattern) = &pattern {
        Pattern::new(pattern)?;
    }
    let file_format = match properties.nested("FILE_FORMAT")? {
        Some(format) => stage_file_format(work, &format)?,
        None => Options::default(),
    };
    let format = format_of_options(&work.names(), &file_format)?;
    if format.file_type() == FileType::Xml {
        return Err(Error::unsupported("an external table over XML files"));
    }
    let mut kept = Options::default();
    if let Some(property) = properties.property("AWS_SNS_TOPIC") {
        kept.set("AWS_SNS_TOPIC", options::value(property)?);
    }
    Ok(External {
        stage: stage.id,
        path: path.clone(),
        pattern,
        file_format,
        auto_refresh: given.unwrap_or(!user_partitions),
        partition_by: create
            .partition_by
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        user_partitions,
        options: kept,
        refreshed: None,
    })
}
