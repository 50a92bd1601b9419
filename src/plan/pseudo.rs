//! Pseudo-columns: columns of a table that a query gets by name and that `*` leaves out, such as METADATA$FILENAME of an
//! external table.

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Ident, ObjectName, Select, SelectItem, SelectItemQualifiedWildcardKind, TableFactor,
    WildcardAdditionalOptions,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};

/// A relation in FROM that has pseudo-columns.
struct Concealing {
    /// The name that qualifies its columns.
    exposed: Option<String>,
    hidden: &'static [&'static str],
}

/// Excludes pseudo-columns from the wildcards of a SELECT.
pub fn leave_out(select: &mut Select, common: &CommonTables, environment: &dyn Environment) {
    let wild =
        |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    if !select.projection.iter().any(wild) {
        return;
    }
    let mut relations = Vec::new();
    for table in &select.from {
        relations.push(concealing(&table.relation, common, environment));
        let joined = table.joins.iter();
        relations.extend(joined.map(|join| concealing(&join.relation, common, environment)));
    }
    let count = relations
        .iter()
        .filter(|relation| !relation.hidden.is_empty())
        .count();
    if count == 0 {
        return;
    }
    // One name cannot be excluded from two relations at once: then each is written out for itself.
    if count > 1 {
        let qualified: Option<Vec<SelectItem>> = relations
            .iter()
            .map(|relation| Some(all_of(relation.exposed.as_ref()?)))
            .collect();
        let items = std::mem::take(&mut select.projection);
        for item in items {
            match (&item, &qualified) {
                (SelectItem::Wildcard(options), Some(qualified))
                    if *options == WildcardAdditionalOptions::default() =>
                {
                    select.projection.extend(qualified.iter().cloned());
                }
                _ => select.projection.push(item),
            }
        }
    }
    for item in &mut select.projection {
        match item {
            SelectItem::Wildcard(options) => {
                relations
                    .iter()
                    .for_each(|relation| exclude(options, relation.hidden));
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                let wanted = name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .map(|name| name.value.clone());
                let meant = relations.iter().filter(|relation| relation.exposed == wanted);
                meant.for_each(|relation| exclude(options, relation.hidden));
            }
            _ => {}
        }
    }
}

fn concealing(factor: &TableFactor, common: &CommonTables, environment: &dyn Environment) -> Concealing {
    let exposed = scope::exposed_name(factor).cloned();
    let hidden: &'static [&'static str] = match factor {
        TableFactor::Table { name, args: None, .. } => {
            let parts: Option<Vec<String>> = name
                .0
                .iter()
                .map(|part| part.as_ident().map(|name| name.value.clone()))
                .collect();
            match parts {
                Some(parts) if !matches!(parts.as_slice(), [single] if common.contains_key(single)) => {
                    environment.pseudo_columns(&parts)
                }
                _ => &[],
            }
        }
        _ => &[],
    };
    Concealing { exposed, hidden }
}

/// `relation.*`.
fn all_of(relation: &str) -> SelectItem {
    let name = ObjectName::from(vec![Ident::with_quote('"', relation)]);
    SelectItem::QualifiedWildcard(
        SelectItemQualifiedWildcardKind::ObjectName(name),
        WildcardAdditionalOptions::default(),
    )
}

fn exclude(options: &mut WildcardAdditionalOptions, hidden: &[&str]) {
    if hidden.is_empty() {
        return;
    }
    let mut names = match options.opt_exclude.take() {
        None => Vec::new(),
        Some(ExcludeSelectItem::Single(name)) => vec![name],
        Some(ExcludeSelectItem::Multiple(names)) => names,
    };
    for name in hidden {
        let hidden = ObjectName::from(vec![Ident::with_quote('"', *name)]);
        if !names.contains(&hidden) {
            names.push(hidden);
        }
    }
    options.opt_exclude = Some(ExcludeSelectItem::Multiple(names));
}
