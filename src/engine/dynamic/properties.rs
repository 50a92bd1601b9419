//! The properties of dynamic tables.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table>

use crate::catalog::ObjectKind;
use crate::catalog::dynamic::{Dynamic, TargetLag};
use crate::engine::ddl::fault;
use crate::engine::{Work, options};
use crate::error::{Error, Result};
use crate::sql::{Ident, Properties, PropertyValue, QualifiedName};

/// The shortest lag, in seconds.
const SHORTEST: u64 = 60;

/// TARGET_LAG, if it is given.
///
/// # Errors
/// 001008 for what is no lag; a refusal of one below a minute.
pub fn lag(properties: &Properties) -> Result<Option<TargetLag>> {
    let Some(property) = properties.property("TARGET_LAG") else {
        return Ok(None);
    };
    let text = property.value.as_text().ok_or_else(|| property.invalid())?;
    if text.eq_ignore_ascii_case("DOWNSTREAM") {
        return Ok(Some(TargetLag::Downstream));
    }
    let seconds = seconds(text).ok_or_else(|| property.invalid())?;
    if seconds < SHORTEST {
        let message = format!("Invalid target lag '{text}': the minimum is {SHORTEST} seconds.");
        return Err(fault(2_740, "22023", message));
    }
    Ok(Some(TargetLag::Seconds(seconds)))
}

/// `5 minutes` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = unit.trim().to_ascii_lowercase();
    let unit = match unit.strip_suffix('s').unwrap_or(&unit) {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A lag as SHOW DYNAMIC TABLES gives it: in the largest unit that it is a whole number of.
pub fn shown(lag: TargetLag) -> String {
    let TargetLag::Seconds(seconds) = lag else {
        return "DOWNSTREAM".to_string();
    };
    let (number, unit) = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(unit, _)| seconds.is_multiple_of(*unit))
        .map_or((seconds, "second"), |(unit, name)| (seconds / unit, name));
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// SCHEDULER, if it is given: ENABLE is true.
///
/// # Errors
/// 001008 for another word.
pub fn scheduler(properties: &Properties) -> Result<Option<bool>> {
    let words = [("ENABLE", true), ("DISABLE", false)];
    word(properties, "SCHEDULER", &words)
}

/// One of some words, in any letter case.
///
/// # Errors
/// 001008 for another word.
pub fn word<T: Copy>(properties: &Properties, name: &str, words: &[(&str, T)]) -> Result<Option<T>> {
    let Some(property) = properties.property(name) else {
        return Ok(None);
    };
    let text = property.value.as_text().unwrap_or_default();
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found
        .map(|(_, value)| Some(*value))
        .ok_or_else(|| property.invalid())
}

/// The name of a warehouse that is there.
///
/// # Errors
/// 002003 when it is not there.
pub fn warehouse(work: &Work<'_>, properties: &Properties, name: &str) -> Result<Option<String>> {
    let Some(text) = properties.text(name)? else {
        return Ok(None);
    };
    let ident = match properties.get(name) {
        Some(PropertyValue::Word(_)) => Ident::quoted(text),
        _ => Ident::unquoted(text),
    };
    let qualified = QualifiedName::single(ident);
    let object = work.names().require(ObjectKind::Warehouse, &qualified)?;
    Ok(Some(object.name.clone()))
}

/// Takes over what CREATE and ALTER … SET have in common.
///
/// # Errors
/// Values that a property does not take; lag and scheduler that do not go together.
pub fn apply(work: &Work<'_>, dynamic: &mut Dynamic, properties: &Properties) -> Result<()> {
    let given = lag(properties)?;
    if let Some(enabled) = scheduler(properties)? {
        dynamic.scheduler = Some(enabled);
        if !enabled && given.is_none() {
            dynamic.lag = None;
        }
    }
    dynamic.lag = given.or(dynamic.lag);
    match (dynamic.scheduler, dynamic.lag) {
        (Some(false), Some(_)) => {
            let message = "TARGET_LAG cannot be set when SCHEDULER = DISABLE.";
            return Err(fault(1_003, "42000", message));
        }
        (None | Some(true), None) => {
            let message = "Missing option(s): [TARGET_LAG]";
            return Err(fault(2_029, "22023", message));
        }
        _ => {}
    }
    if let Some(name) = warehouse(work, properties, "WAREHOUSE")? {
        dynamic.warehouse = name;
    }
    if warehouse(work, properties, "INITIALIZATION_WAREHOUSE")?.is_some()
        && let Some(property) = properties.property("INITIALIZATION_WAREHOUSE")
    {
        dynamic
            .options
            .set("INITIALIZATION_WAREHOUSE", options::value(property)?);
    }
    Ok(())
}

/// 002725: the warehouse is not there any more.
///
/// # Errors
/// That.
pub fn require_warehouse(work: &Work<'_>, dynamic: &Dynamic) -> Result<()> {
    let name = QualifiedName::single(Ident::quoted(dynamic.warehouse.as_str()));
    match work.names().find(ObjectKind::Warehouse, &name)? {
        Some(_) => Ok(()),
        None => {
            let message = "Dynamic table could not be refreshed because warehouse is missing.";
            Err(Error::new(2_725, "57P03", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_read_and_shown_in_whole_units() {
        for (text, shown_as) in [
            ("60 seconds", "1 minute"),
            ("90 second", "90 seconds"),
            ("5 MINUTES", "5 minutes"),
            ("120 minutes", "2 hours"),
            ("1day", "1 day"),
        ] {
            assert_eq!(shown(TargetLag::Seconds(seconds(text).unwrap())), shown_as);
        }
        assert_eq!(seconds("5"), None);
        assert_eq!(seconds("5 weeks"), None);
        assert_eq!(seconds("minutes"), None);
        assert_eq!(shown(TargetLag::Downstream), "DOWNSTREAM");
    }
}
