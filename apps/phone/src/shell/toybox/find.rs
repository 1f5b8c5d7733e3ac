//! `find`: `-type f|d|l`, `-name`, `-iname`, `-path`, `-maxdepth`, `-mindepth`, `-o`, `!`, `-print`, `-delete`, `-exec .. ;`.

use std::{
    fs::{self, FileType},
    io::{self, Write},
};

use crate::{
    files::{Files, reason},
    shell::{Context, glob},
};

/// How deep directories are searched.
const MAX_DEPTH: usize = 64;

/// What is asked of each file.
enum Test {
    Type(char),
    Name(String),
    NameAnyCase(String),
    Path(String),
    Not(Box<Test>),
}

/// What is done with each file that passes.
enum Action {
    Print,
    Delete,
    Run(Vec<String>),
}

/// Tests joined by `-a`; several of these are joined by `-o`.
type Conjunction = Vec<Test>;

struct Search {
    alternatives: Vec<Conjunction>,
    actions: Vec<Action>,
    min: usize,
    max: usize,
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let first = args.iter().position(|arg| arg.starts_with('-') || arg == "!").unwrap_or(args.len());
    let (paths, expression) = args.split_at(first);
    let search = match parse(expression) {
        Ok(search) => search,
        Err(word) => {
            writeln!(ctx.err, "find: bad arg '{word}'")?;
            return Ok(1);
        }
    };
    let here = [".".to_owned()];
    let mut status = 0;
    for path in if paths.is_empty() { &here[..] } else { paths } {
        status |= walk(ctx, &search, path, 0)?;
    }
    Ok(status)
}

fn parse(expression: &[String]) -> Result<Search, String> {
    let mut search = Search { alternatives: vec![Vec::new()], actions: Vec::new(), min: 0, max: MAX_DEPTH };
    let mut words = expression.iter();
    let mut negated = false;
    while let Some(word) = words.next() {
        let mut value = || words.next().cloned().ok_or_else(|| word.clone());
        let test = match word.as_str() {
            "!" | "-not" => {
                negated = !negated;
                continue;
            }
            "-a" => continue,
            "-o" => {
                search.alternatives.push(Vec::new());
                continue;
            }
            "-maxdepth" => {
                search.max = value()?.parse().map_err(|_| word.clone())?;
                continue;
            }
            "-mindepth" => {
                search.min = value()?.parse().map_err(|_| word.clone())?;
                continue;
            }
            "-print" => {
                search.actions.push(Action::Print);
                continue;
            }
            "-delete" => {
                search.actions.push(Action::Delete);
                continue;
            }
            "-exec" => {
                let command: Vec<String> = words.by_ref().take_while(|word| *word != ";").cloned().collect();
                search.actions.push(Action::Run(command));
                continue;
            }
            "-type" => Test::Type(value()?.chars().next().ok_or_else(|| word.clone())?),
            "-name" => Test::Name(value()?),
            "-iname" => Test::NameAnyCase(value()?.to_lowercase()),
            "-path" => Test::Path(value()?),
            _ => return Err(word.clone()),
        };
        let test = if std::mem::take(&mut negated) { Test::Not(Box::new(test)) } else { test };
        if let Some(conjunction) = search.alternatives.last_mut() {
            conjunction.push(test);
        }
    }
    if search.actions.is_empty() {
        search.actions.push(Action::Print);
    }
    Ok(search)
}

impl Test {
    fn passes(&self, path: &str, kind: FileType) -> bool {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        match self {
            Test::Type('f') => kind.is_file(),
            Test::Type('d') => kind.is_dir(),
            Test::Type('l') => kind.is_symlink(),
            Test::Type(_) => false,
            Test::Name(pattern) => glob::matches(pattern, name),
            Test::NameAnyCase(pattern) => glob::matches(pattern, &name.to_lowercase()),
            Test::Path(pattern) => glob::matches(pattern, path),
            Test::Not(test) => !test.passes(path, kind),
        }
    }
}

fn walk(ctx: &mut Context<'_>, search: &Search, path: &str, depth: usize) -> io::Result<i32> {
    let kind = match ctx.host_path(path).and_then(|host| host.symlink_metadata()) {
        Ok(metadata) => metadata.file_type(),
        Err(error) => {
            writeln!(ctx.err, "find: '{path}': {}", reason(&error))?;
            return Ok(1);
        }
    };
    let passes = depth >= search.min
        && search.alternatives.iter().any(|tests| tests.iter().all(|test| test.passes(path, kind)));
    let mut status = 0;
    let delete = passes && search.actions.iter().any(|action| matches!(action, Action::Delete));
    if passes {
        for action in &search.actions {
            match action {
                Action::Print => writeln!(ctx.out, "{path}")?,
                Action::Run(command) => {
                    let words: Vec<String> = command.iter().map(|word| word.replace("{}", path)).collect();
                    ctx.run(&words)?;
                }
                Action::Delete => {}
            }
        }
    }
    if kind.is_dir() && depth < search.max.min(MAX_DEPTH) {
        let names = ctx.device().files.list(&Files::absolute(&ctx.shell.cwd, path)).unwrap_or_default();
        for name in names {
            status |= walk(ctx, search, &format!("{}/{name}", path.trim_end_matches('/')), depth + 1)?;
        }
    }
    if delete {
        let removed = ctx
            .host_path(path)
            .and_then(|host| if kind.is_dir() { fs::remove_dir(host) } else { fs::remove_file(host) });
        if let Err(error) = removed {
            writeln!(ctx.err, "find: '{path}': {}", reason(&error))?;
            status = 1;
        }
    }
    Ok(status)
}
