//! The pattern of MATCH_RECOGNIZE: from its text to a program for [`search`](super::search).
//!
//! The lexer gives the text with its tokens separated by blanks. An alternative binds its two sides more closely than
//! what stands in a row: `A B | C` is `A (B | C)`.

use crate::error::{Error, Result};

/// How long a program may get.
const MOST_INSTRUCTIONS: usize = 20_000;

/// How deep a pattern may nest.
const MOST_DEPTH: usize = 60;

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Instruction {
    /// Takes a row to which a symbol is assigned.
    Row {
        /// The symbol's place in [`Pattern::symbols`].
        symbol: usize,
        /// Whether the row is left out of the output.
        excluded: bool,
    },
    /// Goes on at the first place, and if that leads to no match at the second one.
    Split(usize, usize),
    /// Goes on elsewhere.
    Jump(usize),
    /// Holds before the first row.
    Start,
    /// Holds behind the last row.
    End,
    /// A match is found.
    Match,
}

/// A pattern, ready to be searched for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The symbols in the order of their first use.
    pub symbols: Vec<String>,
    /// Begins at 0.
    pub program: Vec<Instruction>,
    /// Whether rows may be left out of the output.
    pub excludes: bool,
}

#[derive(Debug, Clone)]
enum Node {
    Symbol(usize),
    Start,
    End,
    Exclude(Box<Node>),
    Row(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        inner: Box<Node>,
        least: usize,
        most: Option<usize>,
        greedy: bool,
    },
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub fn parse(text: &str) -> Result<Self> {
        let mut reader = Reader {
            tokens: tokens(text),
            at: 0,
            depth: 0,
            symbols: Vec::new(),
        };
        let node = reader.row()?;
        if let Some(left) = reader.peek() {
            return Err(unexpected(Some(left)));
        }
        let mut program = Vec::new();
        write(&node, false, &mut program)?;
        push(Instruction::Match, &mut program)?;
        let excludes = program
            .iter()
            .any(|step| matches!(step, Instruction::Row { excluded: true, .. }));
        Ok(Self {
            symbols: reader.symbols,
            program,
            excludes,
        })
    }
}

/// The tokens of a text. Quoted names may hold blanks.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                token.push(c);
            }
            ' ' if !quoted => tokens.push(std::mem::take(&mut token)),
            c => token.push(c),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn unexpected(token: Option<&str>) -> Error {
    let message = format!(
        "syntax error in PATTERN: unexpected '{}'",
        token.unwrap_or("<EOF>")
    );
    Error::new(1003, "42000", format!("SQL compilation error:\n{message}"))
}

struct Reader {
    tokens: Vec<String>,
    at: usize,
    depth: usize,
    symbols: Vec<String>,
}

impl Reader {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn peek_nth(&self, n: usize) -> Option<&str> {
        self.tokens.get(self.at + n).map(String::as_str)
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        match self.take(token) {
            true => Ok(()),
            false => Err(unexpected(self.peek())),
        }
    }

    fn ends_group(&self) -> bool {
        match self.peek() {
            None | Some(")" | ",") => true,
            Some("-") => self.peek_nth(1) == Some("}"),
            _ => false,
        }
    }

    /// What stands in a row.
    fn row(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Error::compilation(format!(
                "a pattern nests deeper than {MOST_DEPTH}"
            )));
        }
        let mut parts = vec![self.either()?];
        while !self.ends_group() {
            parts.push(self.either()?);
        }
        self.depth -= 1;
        Ok(Node::Row(parts))
    }

    fn either(&mut self) -> Result<Node> {
        let mut ways = vec![self.repeated()?];
        while self.take("|") {
            ways.push(self.repeated()?);
        }
        Ok(match ways.pop() {
            Some(only) if ways.is_empty() => only,
            last => {
                ways.extend(last);
                Node::Either(ways)
            }
        })
    }

    fn repeated(&mut self) -> Result<Node> {
        let inner = self.single()?;
        let (least, most) = match self.peek() {
            Some("*") => (0, None),
            Some("+") => (1, None),
            Some("?") => (0, Some(1)),
            Some("{") if self.peek_nth(1) != Some("-") => return self.counted(inner),
            _ => return Ok(inner),
        };
        self.at += 1;
        Ok(self.repetition(inner, least, most))
    }

    fn repetition(&mut self, inner: Node, least: usize, most: Option<usize>) -> Node {
        let greedy = !self.take("?");
        Node::Repeat {
            inner: Box::new(inner),
            least,
            most,
            greedy,
        }
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`.
    fn counted(&mut self, inner: Node) -> Result<Node> {
        self.expect("{")?;
        let least = self.number();
        let (least, most) = match (least, self.take(",")) {
            (Some(exactly), false) => (exactly, Some(exactly)),
            (None, false) => return Err(unexpected(self.peek())),
            (least, true) => (least.unwrap_or(0), self.number()),
        };
        self.expect("}")?;
        if most.is_some_and(|most| least > most) {
            return Err(Error::compilation(
                "a quantifier in PATTERN allows no number of times",
            ));
        }
        Ok(self.repetition(inner, least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let number = self.peek()?.parse().ok()?;
        self.at += 1;
        Some(number)
    }

    fn single(&mut self) -> Result<Node> {
        let Some(token) = self.peek().map(str::to_string) else {
            return Err(unexpected(None));
        };
        self.at += 1;
        match token.as_str() {
            "^" => Ok(Node::Start),
            "$" => Ok(Node::End),
            "(" => {
                let inner = self.row()?;
                self.expect(")")?;
                Ok(inner)
            }
            "{" if self.take("-") => {
                let inner = self.row()?;
                self.expect("-")?;
                self.expect("}")?;
                Ok(Node::Exclude(Box::new(inner)))
            }
            "PERMUTE" if self.take("(") => {
                let mut parts = vec![self.row()?];
                while self.take(",") {
                    parts.push(self.row()?);
                }
                self.expect(")")?;
                permutations(parts)
            }
            name => {
                let name = match name.strip_prefix('"') {
                    Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted).replace("\"\"", "\""),
                    None if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => name.to_string(),
                    None => return Err(unexpected(Some(name))),
                };
                let known = self.symbols.iter().position(|known| *known == name);
                Ok(Node::Symbol(known.unwrap_or_else(|| {
                    self.symbols.push(name);
                    self.symbols.len() - 1
                })))
            }
        }
    }
}

/// All orders of the parts, those first that keep the first parts first.
fn permutations(parts: Vec<Node>) -> Result<Node> {
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..parts.len() {
        let mut longer = Vec::new();
        for order in &orders {
            for next in (0..parts.len()).filter(|next| !order.contains(next)) {
                let mut order = order.clone();
                order.push(next);
                longer.push(order);
            }
        }
        if longer.len() * parts.len() > MOST_INSTRUCTIONS {
            return Err(too_large());
        }
        orders = longer;
    }
    let in_order = |order: Vec<usize>| {
        let parts = order.into_iter().filter_map(|part| parts.get(part).cloned());
        Node::Row(parts.collect())
    };
    Ok(Node::Either(orders.into_iter().map(in_order).collect()))
}

fn too_large() -> Error {
    Error::compilation(format!("a pattern has more than {MOST_INSTRUCTIONS} steps"))
}

/// Adds a step, and gives its place.
fn push(step: Instruction, program: &mut Vec<Instruction>) -> Result<usize> {
    if program.len() == MOST_INSTRUCTIONS {
        return Err(too_large());
    }
    program.push(step);
    Ok(program.len() - 1)
}

fn set(at: usize, step: Instruction, program: &mut [Instruction]) {
    if let Some(slot) = program.get_mut(at) {
        *slot = step;
    }
}

fn write(node: &Node, excluded: bool, program: &mut Vec<Instruction>) -> Result<()> {
    match node {
        Node::Symbol(symbol) => {
            let symbol = *symbol;
            push(Instruction::Row { symbol, excluded }, program)?;
        }
        Node::Start => {
            push(Instruction::Start, program)?;
        }
        Node::End => {
            push(Instruction::End, program)?;
        }
        Node::Exclude(inner) => write(inner, true, program)?,
        Node::Row(parts) => {
            for part in parts {
                write(part, excluded, program)?;
            }
        }
        Node::Either(ways) => {
            let mut ends = Vec::new();
            for (number, way) in ways.iter().enumerate() {
                if number + 1 == ways.len() {
                    write(way, excluded, program)?;
                    break;
                }
                let split = push(Instruction::Jump(0), program)?;
                write(way, excluded, program)?;
                ends.push(push(Instruction::Jump(0), program)?);
                set(split, Instruction::Split(split + 1, program.len()), program);
            }
            let end = program.len();
            ends.into_iter()
                .for_each(|at| set(at, Instruction::Jump(end), program));
        }
        Node::Repeat {
            inner,
            least,
            most,
            greedy,
        } => {
            let choose = |inside: usize, behind: usize| match greedy {
                true => Instruction::Split(inside, behind),
                false => Instruction::Split(behind, inside),
            };
            let copies = match most {
                None => least.saturating_sub(1),
                Some(_) => *least,
            };
            for _ in 0..copies {
                write(inner, excluded, program)?;
            }
            match most {
                None => {
                    // At least once, in a loop; and around it whether at all.
                    let around = match least {
                        0 => Some(push(Instruction::Jump(0), program)?),
                        _ => None,
                    };
                    let inside = program.len();
                    write(inner, excluded, program)?;
                    let behind = program.len() + 1;
                    push(choose(inside, behind), program)?;
                    if let Some(around) = around {
                        set(around, choose(inside, behind), program);
                    }
                }
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..*most {
                        splits.push(push(Instruction::Jump(0), program)?);
                        write(inner, excluded, program)?;
                    }
                    let end = program.len();
                    splits
                        .into_iter()
                        .for_each(|at| set(at, choose(at + 1, end), program));
                }
            }
        }
    }
    Ok(())
}
