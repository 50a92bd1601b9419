//! `SELECT * ILIKE … EXCLUDE … REPLACE … RENAME …`: <https://docs.snowflake.com/en/sql-reference/sql/select>.
//!
//! DataFusion has EXCLUDE and REPLACE of its own. A star with ILIKE or RENAME is written out as its columns.

use std::collections::HashMap;

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, JoinConstraint, JoinOperator, RenameSelectItem, Select, SelectItem,
    SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;

/// Writes out the stars of a SELECT that have ILIKE or RENAME.
///
/// # Errors
/// 001080 when no column is left; when a column that is replaced or renamed is not there or is excluded; when the
/// columns cannot be told.
pub fn expand(select: &mut Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    for item in &select.projection {
        if let Some(options) = options(item).filter(|options| options.opt_replace.is_some()) {
            check_replaced(relation(item), options, || {
                scope::relations(&select.from, common, environment)
            })?;
        }
    }
    let chosen = |item: &SelectItem| options(item).is_some_and(needs_expansion);
    if !select.projection.iter().any(chosen) {
        return Ok(());
    }
    if select
        .from
        .iter()
        .flat_map(|table| &table.joins)
        .any(|join| merges(&join.join_operator))
    {
        return Err(Error::unsupported(
            "ILIKE or RENAME of * over a join with USING or NATURAL",
        ));
    }
    let relations = scope::relations(&select.from, common, environment);
    let mut items = Vec::with_capacity(select.projection.len());
    for item in std::mem::take(&mut select.projection) {
        match options(&item).filter(|options| needs_expansion(options)) {
            Some(options) => items.extend(columns(relation(&item), options, &relations)?),
            None => items.push(item),
        }
    }
    select.projection = items;
    Ok(())
}

/// The names that a star gives for columns of these names.
pub fn names(all: Vec<String>, options: &WildcardAdditionalOptions) -> Vec<String> {
    let renamed = renamed(options);
    let kept = all.into_iter().filter(|name| keeps(options, name));
    kept.map(|name| renamed.get(&name).cloned().unwrap_or(name))
        .collect()
}

/// Whether a name matches an ILIKE pattern, where `_` is a character and `%` any number of them.
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_uppercase().chars().collect();
    let name: Vec<char> = name.to_uppercase().chars().collect();
    // Where the last % stood, and what it stands for so far.
    let (mut at, mut in_name) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    while let Some(c) = name.get(in_name) {
        match pattern.get(at) {
            Some('%') => {
                last = Some((at, in_name));
                at += 1;
            }
            Some(p) if *p == '_' || p == c => {
                at += 1;
                in_name += 1;
            }
            _ => match last {
                Some((percent, taken)) => {
                    at = percent + 1;
                    in_name = taken + 1;
                    last = Some((percent, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|p| *p == '%')
}

fn options(item: &SelectItem) -> Option<&WildcardAdditionalOptions> {
    match item {
        SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => Some(options),
        _ => None,
    }
}

fn needs_expansion(options: &WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_some() || options.opt_rename.is_some()
}

/// The relation whose columns a star means.
fn relation(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
            Some(name.0.last()?.as_ident()?.value.clone())
        }
        _ => None,
    }
}

/// Whether a join shows a column of both sides once.
fn merges(operator: &JoinOperator) -> bool {
    use JoinOperator as J;
    matches!(
        operator,
        J::Join(c) | J::Inner(c) | J::Left(c) | J::LeftOuter(c) | J::Right(c) | J::RightOuter(c) | J::FullOuter(c)
            if matches!(c, JoinConstraint::Using(_) | JoinConstraint::Natural)
    )
}

fn excluded(options: &WildcardAdditionalOptions) -> Vec<&str> {
    let names = match &options.opt_exclude {
        None => &[],
        Some(ExcludeSelectItem::Single(name)) => std::slice::from_ref(name),
        Some(ExcludeSelectItem::Multiple(names)) => names.as_slice(),
    };
    let names = names
        .iter()
        .filter_map(|name| Some(name.0.last()?.as_ident()?.value.as_str()));
    names.collect()
}

fn keeps(options: &WildcardAdditionalOptions, name: &str) -> bool {
    let like = options.opt_ilike.as_ref();
    like.is_none_or(|like| matches(&like.pattern, name)) && !excluded(options).contains(&name)
}

/// Every column that REPLACE names is there, as far as columns are known.
fn check_replaced(
    wanted: Option<String>,
    options: &WildcardAdditionalOptions,
    relations: impl FnOnce() -> Vec<Relation>,
) -> Result<()> {
    let mut all = Vec::new();
    for (name, columns) in relations() {
        if wanted.is_some() && name != wanted {
            continue;
        }
        match columns {
            Some(columns) => all.extend(columns),
            None => return Ok(()),
        }
    }
    for item in options.opt_replace.iter().flat_map(|replace| &replace.items) {
        if !all.contains(&item.column_name.value) {
            return Err(Error::invalid_identifier(quote_if_needed(
                &item.column_name.value,
            )));
        }
    }
    Ok(())
}

fn renamed(options: &WildcardAdditionalOptions) -> HashMap<String, String> {
    let pairs = match &options.opt_rename {
        None => &[],
        Some(RenameSelectItem::Single(pair)) => std::slice::from_ref(pair),
        Some(RenameSelectItem::Multiple(pairs)) => pairs.as_slice(),
    };
    let pairs = pairs
        .iter()
        .map(|pair| (pair.ident.value.clone(), pair.alias.value.clone()));
    pairs.collect()
}

/// A relation of FROM: its name and its columns, as far as they are known.
type Relation = (Option<String>, Option<Vec<String>>);

fn columns(
    wanted: Option<String>,
    options: &WildcardAdditionalOptions,
    relations: &[Relation],
) -> Result<Vec<SelectItem>> {
    let mut renamed = renamed(options);
    let mut replaced: HashMap<&str, &Expr> = HashMap::new();
    for item in options.opt_replace.iter().flat_map(|replace| &replace.items) {
        if replaced.insert(&item.column_name.value, &item.expr).is_some() {
            return Err(Error::compilation(format!(
                "'{}' is replaced twice",
                item.column_name.value
            )));
        }
    }
    let mut items = Vec::new();
    let meant = relations
        .iter()
        .filter(|(name, _)| wanted.is_none() || *name == wanted);
    let mut known = false;
    for (name, columns) in meant {
        known = true;
        let columns = columns
            .as_ref()
            .ok_or_else(|| Error::unsupported("ILIKE or RENAME of * over this relation"))?;
        for column in columns.iter().filter(|column| keeps(options, column)) {
            let own = Ident::with_quote('"', column);
            let value = match (replaced.remove(column.as_str()), name) {
                (Some(value), _) => value.clone(),
                (None, Some(name)) => {
                    Expr::CompoundIdentifier(vec![Ident::with_quote('"', name), own.clone()])
                }
                (None, None) => Expr::Identifier(own.clone()),
            };
            let alias = renamed
                .remove(column)
                .map_or(own, |name| Ident::with_quote('"', name));
            items.push(SelectItem::ExprWithAlias { expr: value, alias });
        }
    }
    let missing = renamed
        .into_keys()
        .chain(replaced.into_keys().map(str::to_string))
        .min();
    match (wanted, missing) {
        (Some(wanted), _) if !known => Err(Error::invalid_identifier(wanted)),
        _ if items.is_empty() => {
            let message = "SQL compilation error:\nSELECT with no columns";
            Err(Error::new(1080, "42601", message))
        }
        (_, Some(missing)) => Err(Error::invalid_identifier(missing)),
        _ => Ok(items),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_names() {
        for (pattern, name, expected) in [
            ("%id%", "EMPLOYEE_ID", true),
            ("%id", "ID_OF", false),
            ("a_c", "ABC", true),
            ("a_c", "AC", false),
            ("%", "", true),
            ("", "", true),
            ("%a%b", "XAYAB", true),
            ("%a%b", "XAYBA", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
