//! A command line, parsed.

/// A command or a composition of commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Assignments, then a command's name and arguments; either may be missing.
    Simple { assignments: Vec<(String, Word)>, words: Vec<Word> },
    /// `! a | b`
    Pipeline { negated: bool, stages: Vec<Node> },
    /// `a && b || c`: each operator with what follows it.
    AndOr { first: Box<Node>, rest: Vec<(Operator, Node)> },
    /// `a; b`
    List(Vec<Node>),
    /// `( a )`
    Subshell(Box<Node>),
    /// `if a; then b; elif c; then d; else e; fi`
    If { arms: Vec<(Node, Node)>, otherwise: Option<Box<Node>> },
    /// `for name in words; do body; done`
    For { name: String, words: Vec<Word>, body: Box<Node> },
    /// `while condition; do body; done`, or `until`.
    Loop { until: bool, condition: Box<Node>, body: Box<Node> },
    /// Any of these with redirections.
    Redirected(Box<Node>, Vec<Redirect>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
}

/// `2> file`, `2>&1`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect {
    /// 0, 1 or 2.
    pub(super) descriptor: u8,
    pub(super) target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Read(Word),
    Write(Word),
    Append(Word),
    /// What the descriptor of that number is now.
    Same(u8),
}

/// A word before expansion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word(pub(super) Vec<Piece>);

/// A part of a word. What is quoted is neither split nor taken for a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text {
        text: String,
        quoted: bool,
    },
    /// `$name`, `${name}`, `${name:-default}`
    Variable {
        name: String,
        default: Option<Word>,
        quoted: bool,
    },
    /// `$(script)`
    Command {
        script: Node,
        quoted: bool,
    },
}
