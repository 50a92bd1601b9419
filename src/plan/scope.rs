//! What columns a FROM clause offers, as far as the text and the catalog tell.
//!
//! Needed before planning, to decide whether a bare name is a column or an alias of the same SELECT: Snowflake lets
//! columns win.

use std::collections::{HashMap, HashSet};

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

use super::environment::{Environment, NamedArgument, RelationSource};
use super::match_recognize;
use super::pivot::Pivot;
use super::{unpivot, wildcard};

/// Columns of the common table expressions that are in sight, by name. `None` when they cannot be told.
pub type CommonTables = HashMap<String, Option<Vec<String>>>;

/// The columns that FLATTEN offers.
pub const FLATTEN_COLUMNS: [&str; 6] = ["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"];

/// The columns that a table function of the house offers, whatever its arguments are.
pub fn function_columns(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "FLATTEN" => &FLATTEN_COLUMNS,
        match_recognize::ROWS_OF_MATCHES => &match_recognize::MATCH_COLUMNS,
        "SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE" => &["SEQ", "INDEX", "VALUE"],
        "INFER_SCHEMA" => &[
            "COLUMN_NAME",
            "TYPE",
            "NULLABLE",
            "EXPRESSION",
            "FILENAMES",
            "ORDER_ID",
        ],
        _ => return None,
    })
}

/// The names that a FROM clause makes visible without a qualifier. `None` when some relation's columns are unknown.
pub fn visible(
    from: &[TableWithJoins],
    common: &CommonTables,
    environment: &dyn Environment,
) -> Option<HashSet<String>> {
    let mut names = HashSet::new();
    for table in from {
        names.extend(columns_of(&table.relation, common, environment)?);
        for join in &table.joins {
            names.extend(columns_of(&join.relation, common, environment)?);
        }
    }
    Some(names)
}

/// The relations of a FROM clause in order: the name that qualifies their columns, and the columns where they are known.
pub fn relations(
    from: &[TableWithJoins],
    common: &CommonTables,
    environment: &dyn Environment,
) -> Vec<(Option<String>, Option<Vec<String>>)> {
    let mut relations = Vec::new();
    for table in from {
        let factors = std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation));
        for factor in factors {
            match factor {
                TableFactor::NestedJoin {
                    table_with_joins,
                    alias: None,
                } => relations.extend(self::relations(
                    std::slice::from_ref(table_with_joins),
                    common,
                    environment,
                )),
                factor => {
                    let columns = columns_of(factor, common, environment);
                    relations.push((exposed_name(factor).cloned(), columns));
                }
            }
        }
    }
    relations
}

/// The output columns of a query.
pub fn output(query: &Query, common: &CommonTables, environment: &dyn Environment) -> Option<Vec<String>> {
    let mut common = common.clone();
    if let Some(with) = &query.with {
        for table in &with.cte_tables {
            let columns = aliased(output(&table.query, &common, environment), Some(&table.alias));
            common.insert(table.alias.name.value.clone(), columns);
        }
    }
    output_of(&query.body, &common, environment)
}

fn output_of(body: &SetExpr, common: &CommonTables, environment: &dyn Environment) -> Option<Vec<String>> {
    match body {
        SetExpr::Select(select) => output_of_select(select, common, environment),
        SetExpr::Query(query) => output(query, common, environment),
        SetExpr::SetOperation { left, .. } => output_of(left, common, environment),
        SetExpr::Values(values) => {
            let count = values.rows.first()?.content.len();
            Some((1..=count).map(|n| format!("COLUMN{n}")).collect())
        }
        _ => None,
    }
}

fn output_of_select(
    select: &Select,
    common: &CommonTables,
    environment: &dyn Environment,
) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut unnamed = super::select::column_names(select).into_iter();
    for item in &select.projection {
        match item {
            SelectItem::UnnamedExpr(_) => names.extend(unnamed.next()),
            SelectItem::ExprWithAlias { alias, .. } => names.push(alias.value.clone()),
            SelectItem::ExprWithAliases { .. } => return None,
            SelectItem::Wildcard(options) => {
                let mut all = Vec::new();
                for table in &select.from {
                    all.extend(columns_of(&table.relation, common, environment)?);
                    for join in &table.joins {
                        all.extend(columns_of(&join.relation, common, environment)?);
                    }
                }
                names.extend(wildcard::names(all, options));
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                let wanted = name.0.last()?.as_ident()?.value.clone();
                let relations = select.from.iter().flat_map(|table| {
                    std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
                });
                let relation = relations
                    .into_iter()
                    .find(|relation| exposed_name(relation) == Some(&wanted))?;
                let all = columns_of(relation, common, environment)?;
                names.extend(wildcard::names(all, options));
            }
            SelectItem::QualifiedWildcard(..) => return None,
        }
    }
    Some(names)
}

fn columns_of(
    factor: &TableFactor,
    common: &CommonTables,
    environment: &dyn Environment,
) -> Option<Vec<String>> {
    match factor {
        TableFactor::Table {
            name,
            alias,
            args: None,
            version,
            ..
        } => {
            let parts: Option<Vec<String>> = name
                .0
                .iter()
                .map(|part| part.as_ident().map(|ident| ident.value.clone()))
                .collect();
            let parts = parts?;
            if let [single] = parts.as_slice()
                && let Some(columns) = common.get(single)
            {
                return aliased(columns.clone(), alias.as_ref());
            }
            let source = RelationSource {
                name: &parts,
                version: version.as_ref(),
                arguments: &[],
            };
            let schema = environment.relation(source).ok()?.schema();
            let columns = schema.fields().iter().map(|field| field.name().clone()).collect();
            aliased(Some(columns), alias.as_ref())
        }
        TableFactor::Table {
            name,
            args: Some(args),
            ..
        } if name.to_string().starts_with('@') => {
            let parts = [name.to_string()];
            let source = RelationSource {
                name: &parts,
                version: None,
                arguments: &args.args,
            };
            let schema = environment.relation(source).ok()?.schema();
            Some(schema.fields().iter().map(|field| field.name().clone()).collect())
        }
        TableFactor::Derived { subquery, alias, .. } => {
            aliased(output(subquery, common, environment), alias.as_ref())
        }
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => {
            let mut names = columns_of(&table_with_joins.relation, common, environment)?;
            for join in &table_with_joins.joins {
                names.extend(columns_of(&join.relation, common, environment)?);
            }
            Some(names)
        }
        TableFactor::Pivot {
            table,
            aggregate_functions,
            value_column,
            value_source,
            alias,
            ..
        } => {
            let pivot = Pivot::of(aggregate_functions, value_column, value_source).ok()?;
            let columns = pivot.columns(columns_of(table, common, environment)?);
            aliased(Some(columns), alias.as_ref())
        }
        TableFactor::Unpivot {
            table,
            value,
            name,
            columns,
            alias,
            ..
        } => {
            let of = columns_of(table, common, environment)?;
            aliased(unpivot::columns(of, value, name, columns), alias.as_ref())
        }
        TableFactor::Function {
            name, args, alias, ..
        } => {
            if name.to_string() == "RESULT_SCAN" {
                return aliased(result_columns(args, environment), alias.as_ref());
            }
            if let Some(known) = function_columns(name.to_string().trim_matches('"')) {
                let columns = known.iter().map(|column| (*column).to_string()).collect();
                return aliased(Some(columns), alias.as_ref());
            }
            let parts: Option<Vec<String>> = name
                .0
                .iter()
                .map(|part| part.as_ident().map(|ident| ident.value.clone()))
                .collect();
            let function = environment.user_function(&parts?).ok().flatten()?;
            aliased(function.columns(), alias.as_ref())
        }
        _ => None,
    }
}

/// The columns of the result that RESULT_SCAN reads, where its argument is a text or LAST_QUERY_ID.
fn result_columns(args: &[FunctionArg], environment: &dyn Environment) -> Option<Vec<String>> {
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(id))] = args else {
        return None;
    };
    let value = match id {
        Expr::Value(text) => ScalarValue::from(text.value.clone().into_string()?),
        Expr::Function(call) => {
            let given = match &call.args {
                FunctionArguments::List(list) => list.args.as_slice(),
                _ => &[],
            };
            let number = |arg: &FunctionArg| arg.to_string().parse::<i64>().ok();
            let given: Option<Vec<ScalarValue>> = given
                .iter()
                .map(|arg| number(arg).map(|number| ScalarValue::Int64(Some(number))))
                .collect();
            environment
                .context_function(&call.name.to_string(), &given?)?
                .ok()?
        }
        _ => return None,
    };
    let argument = NamedArgument { name: None, value };
    let table = environment.table_function(&["RESULT_SCAN".to_string()], vec![argument]);
    let schema = table.ok()?.schema();
    Some(schema.fields().iter().map(|field| field.name().clone()).collect())
}

/// The columns under the names that a table alias gives them.
fn aliased(columns: Option<Vec<String>>, alias: Option<&TableAlias>) -> Option<Vec<String>> {
    match alias {
        Some(alias) if !alias.columns.is_empty() => Some(
            alias
                .columns
                .iter()
                .map(|column| column.name.value.clone())
                .collect(),
        ),
        _ => columns,
    }
}

/// The name by which a relation's columns can be qualified.
pub fn exposed_name(factor: &TableFactor) -> Option<&String> {
    match factor {
        TableFactor::Table {
            alias: Some(alias), ..
        }
        | TableFactor::Derived {
            alias: Some(alias), ..
        }
        | TableFactor::Function {
            alias: Some(alias), ..
        }
        | TableFactor::Pivot {
            alias: Some(alias), ..
        }
        | TableFactor::Unpivot {
            alias: Some(alias), ..
        } => Some(&alias.name.value),
        TableFactor::Table { name, .. } => name
            .0
            .last()
            .and_then(|part| part.as_ident())
            .map(|ident| &ident.value),
        _ => None,
    }
}
