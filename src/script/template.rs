//! Templates in the language of Jinja, which EXECUTE IMMEDIATE FROM renders to SQL.
//! <https://docs.snowflake.com/en/sql-reference/sql/execute-immediate-from#jinja2-templating>
//!
//! Variables, expressions, filters, `if`, `for`, `set` and macros; `include`, `import` and `extends` of other staged
//! files; the methods that Python's texts, lists and dictionaries have. A name without a value is an error. What a template
//! may do is bounded in steps, and what it gives in bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use minijinja::value::{Value as Rendered, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use super::value::Value;
use crate::error::{Error, Result};
use crate::sql::StageLocation;
use crate::types::SnowType;
use datafusion::common::ScalarValue;

/// The largest text that a template may give, in bytes.
const LARGEST: usize = 100_000;

/// The most steps of a template's rendering.
const MOST_STEPS: u64 = 10_000_000;

/// How deep templates include each other and macros call each other.
const DEEPEST: usize = 60;

/// How many blanks may stand before a directive.
const MOST_BLANKS: usize = 10;

/// Whether a text begins with the directive that makes it a template.
pub fn has_directive(text: &str) -> bool {
    let rest = text.trim_start();
    let blanks = text.len() - rest.len();
    blanks <= MOST_BLANKS && (rest.starts_with("--!jinja") || rest.starts_with("#!jinja"))
}

/// The full name, `@stage/path`, of a file that another one refers to: an absolute path, one from the root of the
/// other's stage (`/path`), or one from the other's folder (`./path`, `../path`).
pub fn join(name: &str, other: &str) -> String {
    if name.starts_with('@') {
        return name.to_string();
    }
    let path = StageLocation::parse(other).map(|location| location.path().to_string());
    let path = path.unwrap_or_default();
    let stage = other.strip_suffix(path.as_str()).unwrap_or(other);
    let (rest, folder) = match name.strip_prefix('/') {
        Some(rest) => (rest, ""),
        None => (name, path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{}/{}", stage.trim_end_matches('/'), parts.join("/"))
}

/// Renders a template. `name` is its full name, and `load` gives the texts of others by theirs.
///
/// # Errors
/// 000005 for a template that does not render, as Snowflake words it; 001510 for a variable that templates cannot have;
/// 001518 when the text becomes too large; those of `load`.
pub fn render(
    name: &str,
    text: &str,
    variables: Vec<(String, Value)>,
    load: impl Fn(&str) -> Result<Option<String>> + Send + Sync + 'static,
) -> Result<String> {
    let mut context = BTreeMap::new();
    for (key, value) in variables {
        let value = variable(&key, &value)?;
        context.insert(key, value);
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(MOST_STEPS));
    environment.set_recursion_limit(DEEPEST);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_path_join_callback(|name, other| Cow::Owned(join(name, other)));
    environment.set_formatter(|out, state, value| match (value.kind(), value.is_true()) {
        // As Python writes them.
        (ValueKind::None, _) => Ok(out.write_str("None")?),
        (ValueKind::Bool, true) => Ok(out.write_str("True")?),
        (ValueKind::Bool, false) => Ok(out.write_str("False")?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    environment.set_loader(move |name| {
        load(name).map_err(|error| {
            minijinja::Error::new(ErrorKind::InvalidOperation, "a file cannot be read").with_source(error)
        })
    });
    // The shorter of the two directives is no comment of SQL.
    let text = match text.trim_start().starts_with("#!jinja") {
        true => Cow::Owned(text.replacen("#!jinja", "--!jinja", 1)),
        false => Cow::Borrowed(text),
    };
    let failed = |error: minijinja::Error| fault(error, &text, &context);
    environment
        .add_template_owned(name.to_string(), text.to_string())
        .map_err(failed)?;
    let template = environment.get_template(name).map_err(failed)?;
    let mut out = Limited(Vec::new());
    let values = Rendered::from_pairs(context.iter().map(|(key, value)| (key.as_str(), value.clone())));
    if let Err(error) = template.render_captured_to(values, &mut out) {
        return Err(match out.is_full() {
            true => too_large(),
            false => failed(error),
        });
    }
    String::from_utf8(out.0).map_err(|_| Error::internal("a template that gives no text"))
}

/// A variable's value, as a template has it.
fn variable(key: &str, value: &Value) -> Result<Rendered> {
    Ok(match value.scalar()? {
        scalar if scalar.is_null() => Rendered::from(()),
        ScalarValue::Utf8(Some(text)) if matches!(value.data_type, SnowType::Varchar { .. }) => {
            Rendered::from(text)
        }
        ScalarValue::Boolean(Some(truth)) => Rendered::from(truth),
        ScalarValue::Decimal128(Some(number), _, 0) => Rendered::from(number),
        ScalarValue::Decimal128(Some(number), _, scale) => {
            let shown = crate::types::text::decimal_text(number, u8::try_from(scale).unwrap_or(0));
            Rendered::from(shown.parse::<f64>().unwrap_or(f64::NAN))
        }
        ScalarValue::Float64(Some(number)) => Rendered::from(number),
        _ => {
            let message = format!("Unable to use value of template variable '{key}'");
            return Err(Error::new(1_510, "42601", message));
        }
    })
}

fn too_large() -> Error {
    let message = "Size of expanded template exceeds limit of 100,000 bytes.";
    Error::new(1_518, "42601", message)
}

/// What Snowflake's own engine says of a failure.
fn fault(error: minijinja::Error, text: &str, context: &BTreeMap<String, Rendered>) -> Error {
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        if let Some(error) = inner.downcast_ref::<Error>() {
            return error.clone();
        }
        source = inner.source();
    }
    let detail = error.detail().unwrap_or("no details").to_string();
    let (kind, detail) = match error.kind() {
        ErrorKind::UndefinedError => match undefined(text, context) {
            Some(name) => ("UndefinedError", format!("'{name}' is undefined")),
            None => ("UndefinedError", detail),
        },
        ErrorKind::SyntaxError => ("TemplateSyntaxError", detail),
        ErrorKind::TemplateNotFound => ("TemplateNotFound", detail),
        ErrorKind::OutOfFuel => (
            "TemplateRuntimeError",
            "the template takes too many steps".to_string(),
        ),
        kind => ("TemplateRuntimeError", format!("{kind}: {detail}")),
    };
    let line = match error.line() {
        Some(line) if kind != "UndefinedError" => format!(" (line {line})"),
        _ => String::new(),
    };
    let message =
        format!("Python Interpreter Error:\njinja2.exceptions.{kind}: {detail}{line} in template processing");
    Error::new(5, "XX000", message)
}

/// The first name in a template that has no value.
fn undefined(text: &str, context: &BTreeMap<String, Rendered>) -> Option<String> {
    let environment = Environment::new();
    let template = environment.template_from_str(text).ok()?;
    let missing = template.undeclared_variables(false).into_iter();
    missing
        .filter(|name| !context.contains_key(name))
        .min_by_key(|name| text.find(name.as_str()))
}

/// A text that does not grow past its limit.
struct Limited(Vec<u8>);

impl Limited {
    fn is_full(&self) -> bool {
        self.0.len() > LARGEST
    }
}

impl io::Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let room = LARGEST + 1 - self.0.len().min(LARGEST + 1);
        self.0.extend(piece.iter().take(room));
        match self.is_full() {
            true => Err(io::Error::other("too large")),
            false => Ok(piece.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, variables: &[(&str, Value)]) -> Result<String> {
        let variables = variables
            .iter()
            .map(|(key, value)| (key.to_string(), value.clone()));
        let load = |name: &str| {
            Ok(match name {
                "@S/lib/macros.jinja" => Some(
                    "{%- macro both(kind) -%}{%- if kind == 'prod' -%}{{ 'p1,p2' }}{%- else -%}{{ 'dev' }}{%- endif -%}\
                     {%- endmacro -%}"
                        .to_string(),
                ),
                "@S/scripts/part.sql" => Some("SELECT {{ a }};".to_string()),
                _ => None,
            })
        };
        render("@S/scripts/main.sql", text, variables.collect(), load)
    }

    #[test]
    fn names_are_relative_to_the_file_they_stand_in() {
        for (name, full) in [
            ("b.sql", "@D.S.ST/x/y/b.sql"),
            ("./b.sql", "@D.S.ST/x/y/b.sql"),
            ("../b.sql", "@D.S.ST/x/b.sql"),
            ("../../../b.sql", "@D.S.ST/b.sql"),
            ("/b.sql", "@D.S.ST/b.sql"),
            ("@other/b.sql", "@other/b.sql"),
        ] {
            assert_eq!(join(name, "@D.S.ST/x/y/a.sql"), full);
        }
        assert_eq!(join("b.sql", "@~/a.sql"), "@~/b.sql");
    }

    #[test]
    fn templates_have_variables_branches_loops_macros_and_other_files() {
        let text = Value::text;
        let one = [("a", text("x"))];
        assert_eq!(rendered("SELECT '{{ a }}';", &one).unwrap(), "SELECT 'x';");
        assert_eq!(
            rendered("{% for i in range(3) %}{{ i }};{% endfor %}", &[]).unwrap(),
            "0;1;2;"
        );
        assert_eq!(rendered("{% include 'part.sql' %}", &one).unwrap(), "SELECT x;");
        let imported = "{% from '../lib/macros.jinja' import both %}\
            {%- for part in both(KIND).split(',') -%}{{ part }}_db {% endfor %}";
        assert_eq!(
            rendered(imported, &[("KIND", text("prod"))]).unwrap(),
            "p1_db p2_db "
        );
        let values = [
            ("n", Value::integer(7)),
            ("t", Value::boolean(true)),
            ("z", Value::null(SnowType::VARCHAR)),
        ];
        assert_eq!(
            rendered("{{ n + 1 }} {{ t }} {{ z }}", &values).unwrap(),
            "8 True None"
        );
        assert_eq!(rendered("#!jinja\n1", &[]).unwrap(), "--!jinja\n1");
    }

    #[test]
    fn failures_are_worded_as_by_jinja() {
        for (template, code, words) in [
            (
                "{{ a }} {{ nosuch }}",
                5,
                "jinja2.exceptions.UndefinedError: 'nosuch' is undefined",
            ),
            ("{% if %}", 5, "jinja2.exceptions.TemplateSyntaxError"),
            (
                "{% include 'nosuch.sql' %}",
                5,
                "jinja2.exceptions.TemplateNotFound",
            ),
            (
                "{% for i in range(100000) %}0123456789{% endfor %}",
                1_518,
                "100,000 bytes",
            ),
            (
                "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
                5,
                "too many steps",
            ),
        ] {
            let error = rendered(template, &[("a", Value::text("x"))]).unwrap_err();
            assert_eq!(error.code(), code, "{template}: {error}");
            assert!(error.message().contains(words), "{template}: {error}");
        }
        let date = Value::null(SnowType::Date)
            .cast(&SnowType::Date, &Default::default())
            .unwrap();
        assert_eq!(rendered("{{ d }}", &[("d", date)]).unwrap(), "None");
    }

    #[test]
    fn a_directive_makes_a_template() {
        assert!(has_directive("--!jinja\nSELECT 1"));
        assert!(has_directive("\n  --!jinja2\nSELECT 1"));
        assert!(has_directive("#!jinja"));
        assert!(!has_directive("           --!jinja"));
        assert!(!has_directive("SELECT 1 --!jinja"));
    }
}
