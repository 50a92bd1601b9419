//! Names that routines in JavaScript and their arguments can have: a handler is a function of the routine's name.

/// Words that JavaScript keeps for itself, now or for later.
const RESERVED: [&str; 47] = [
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "undefined",
];

/// Whether a name can be declared.
pub fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let begins = |character: char| character.is_alphabetic() || matches!(character, '_' | '$');
    characters.next().is_some_and(begins)
        && characters.all(|character| begins(character) || character.is_numeric())
        && !RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_identifier;

    #[test]
    fn names_are_those_of_javascript() {
        for name in [
            "F",
            "a$b",
            "_",
            "ünï",
            "A1",
            "async",
            "eval",
            "arguments",
            "snowflake",
        ] {
            assert!(is_identifier(name), "{name}");
        }
        for name in [
            "", "1A", "my fn", "a.b", "a-b", "delete", "await", "public", "a){}//",
        ] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
