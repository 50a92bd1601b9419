//! Text to format elements.

use crate::error::{Error, Result};

/// One piece of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Element {
    /// Characters that stand for themselves.
    Literal(Box<str>),
    /// One or more blanks.
    Blank,
    /// A year of up to `digits` digits; `iso` allows a sign. One digit means: two at most, without leading zero.
    Year { digits: u8, iso: bool },
    /// A month's number; `pad` writes two digits.
    Month { pad: bool },
    /// A month's name, abbreviated or in full.
    MonthName { full: bool },
    /// The day of the month.
    Day { pad: bool },
    /// The abbreviated day of the week.
    Weekday,
    /// The hour, 0 to 23.
    Hour24 { pad: bool },
    /// The hour, 1 to 12.
    Hour12 { pad: bool },
    /// AM or PM, or A or P.
    Meridiem { short: bool },
    /// The minute.
    Minute { pad: bool },
    /// The second.
    Second { pad: bool },
    /// The fraction of the second with this many digits.
    Fraction(u8),
    /// The offset from UTC.
    Zone(Zone),
}

/// How an offset from UTC is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// `TZH`
    Hour,
    /// `TZHTZM`
    HourMinute,
    /// `TZH:TZM`
    HourColonMinute,
}

/// Elements of two letters or more; where one begins another, the longer stands first.
const ELEMENTS: &[(&str, Element)] = &[
    ("TZH:TZM", Element::Zone(Zone::HourColonMinute)),
    ("TZHTZM", Element::Zone(Zone::HourMinute)),
    ("TZH", Element::Zone(Zone::Hour)),
    (
        "YYYY",
        Element::Year {
            digits: 4,
            iso: false,
        },
    ),
    ("UUUU", Element::Year { digits: 4, iso: true }),
    (
        "YY",
        Element::Year {
            digits: 2,
            iso: false,
        },
    ),
    ("MMMM", Element::MonthName { full: true }),
    ("MON", Element::MonthName { full: false }),
    ("MM", Element::Month { pad: true }),
    ("MO", Element::Month { pad: false }),
    ("DD", Element::Day { pad: true }),
    ("DY", Element::Weekday),
    ("HH24", Element::Hour24 { pad: true }),
    ("HH12", Element::Hour12 { pad: true }),
    ("HH", Element::Hour24 { pad: true }),
    ("H24", Element::Hour24 { pad: false }),
    ("H12", Element::Hour12 { pad: false }),
    ("AM", Element::Meridiem { short: false }),
    ("PM", Element::Meridiem { short: false }),
    ("MI", Element::Minute { pad: true }),
    ("ME", Element::Minute { pad: false }),
    ("SS", Element::Second { pad: true }),
];

/// Elements of one letter. They count only where no letter stands beside them: `hours` and `EST` in a format are words,
/// as the documentation's examples have it.
const LONE: &[(u8, Element)] = &[
    (
        b'Y',
        Element::Year {
            digits: 1,
            iso: false,
        },
    ),
    (b'D', Element::Day { pad: false }),
    (b'H', Element::Hour24 { pad: false }),
    (b'S', Element::Second { pad: false }),
    (b'P', Element::Meridiem { short: true }),
];

/// A compiled date, time or timestamp format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateTimeFormat {
    source: String,
    auto: bool,
    elements: Vec<Element>,
}

impl DateTimeFormat {
    /// Compiles a format. Elements are recognised in any letter case; text in double quotes, and whatever is no
    /// element, stands for itself.
    ///
    /// # Errors
    /// 001007 when a quote is not closed, or when a 24-hour element stands with AM or PM.
    pub fn parse(source: &str) -> Result<Self> {
        if source.trim().eq_ignore_ascii_case("AUTO") {
            return Ok(Self::auto());
        }
        let elements = compile(source)?;
        let meridiem = elements.iter().any(|e| matches!(e, Element::Meridiem { .. }));
        if meridiem && elements.iter().any(|e| matches!(e, Element::Hour24 { .. })) {
            let message = format!("Format '{source}' has a 24-hour element together with AM or PM");
            return Err(Error::invalid_type(message));
        }
        Ok(Self {
            source: source.to_string(),
            auto: false,
            elements,
        })
    }

    /// The format `AUTO`.
    pub fn auto() -> Self {
        // What AUTO writes, where a caller writes with it.
        let elements = compile("YYYY-MM-DD HH24:MI:SS.FF3").unwrap_or_default();
        Self {
            source: "AUTO".to_string(),
            auto: true,
            elements,
        }
    }

    /// The text that this was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether this is `AUTO`.
    pub fn is_auto(&self) -> bool {
        self.auto
    }

    /// Whether it has an element of a time of day.
    pub fn has_time(&self) -> bool {
        use Element as E;
        self.elements.iter().any(|e| {
            matches!(
                e,
                E::Hour24 { .. } | E::Hour12 { .. } | E::Minute { .. } | E::Second { .. } | E::Fraction(_)
            )
        })
    }

    pub(super) fn elements(&self) -> &[Element] {
        &self.elements
    }
}

fn compile(source: &str) -> Result<Vec<Element>> {
    let bytes = source.as_bytes();
    let mut elements = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = source.get(at..).unwrap_or_default();
        if byte == b'"' {
            let inner = rest.get(1..).unwrap_or_default();
            let Some(end) = inner.find('"') else {
                return Err(Error::invalid_type(format!(
                    "Format '{source}' has an open quote"
                )));
            };
            literal.push_str(inner.get(..end).unwrap_or_default());
            at += end + 2;
            continue;
        }
        if byte.is_ascii_whitespace() {
            flush(&mut literal, &mut elements);
            if elements.last() != Some(&Element::Blank) {
                elements.push(Element::Blank);
            }
            at += 1;
            continue;
        }
        if let Some((length, element)) = element_at(bytes, at) {
            flush(&mut literal, &mut elements);
            elements.push(element);
            at += length;
            continue;
        }
        let Some(letter) = rest.chars().next() else { break };
        literal.push(letter);
        at += letter.len_utf8();
    }
    flush(&mut literal, &mut elements);
    Ok(elements)
}

fn flush(literal: &mut String, elements: &mut Vec<Element>) {
    if !literal.is_empty() {
        elements.push(Element::Literal(std::mem::take(literal).into_boxed_str()));
    }
}

fn element_at(bytes: &[u8], at: usize) -> Option<(usize, Element)> {
    let rest = bytes.get(at..)?;
    for (name, element) in ELEMENTS {
        if rest
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        {
            return Some((name.len(), element.clone()));
        }
    }
    if rest.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(b"FF")) {
        return Some(match rest.get(2) {
            Some(digit @ b'0'..=b'9') => (3, Element::Fraction(digit - b'0')),
            _ => (2, Element::Fraction(9)),
        });
    }
    let letter = rest.first()?.to_ascii_uppercase();
    let (_, element) = LONE.iter().find(|(name, _)| *name == letter)?;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphabetic());
    (alone(before) && alone(rest.get(1))).then(|| (1, element.clone()))
}
