//! Runs what was parsed.

use std::{
    cell::RefCell,
    fs::OpenOptions,
    io::{self, BufRead, BufReader, Write},
    rc::Rc,
};

use super::{
    Output, Shell, Streams,
    command::{self, Context},
    files_error,
    parse::{SyntaxError, parse},
    syntax::{Node, Operator, Redirect, Target, Word},
};

/// How deep commands may run commands: compositions, `su`, `sh -c`, `xargs`, substitutions.
const MAX_DEPTH: usize = 40;

/// Longest output that a pipe or a substitution holds.
const MAX_CAPTURE: usize = 64 * 1024 * 1024;

/// Longest script, in bytes, that a session gathers before it is complete.
const MAX_SCRIPT: usize = 1024 * 1024;

/// Status of a command that is not found.
const NOT_FOUND: i32 = 127;

/// What a command wrote, kept for the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Captured(Rc<RefCell<Vec<u8>>>);

impl Captured {
    pub(super) fn output(&self) -> Output {
        Output::new(self.clone())
    }

    pub(super) fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.borrow_mut();
        if kept.len() + bytes.len() > MAX_CAPTURE {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "output too long for a pipe"));
        }
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shell {
    /// Parses and runs a script and returns its exit status. Output is flushed.
    pub fn run_line(&mut self, script: &str, io: &mut Streams<'_>) -> i32 {
        self.linger();
        let status = match parse(script) {
            Ok(script) => self.run_node(&script, io).unwrap_or_else(|error| broken(&error, io)),
            Err(error) => syntax_error(&error, io),
        };
        self.status = self.exit.unwrap_or(status);
        self.status
    }

    /// Runs what standard input holds, line by line, until its end or `exit`; commands read from the same input.
    /// With `prompt`, a person sits at the other end.
    pub fn session(&mut self, io: &mut Streams<'_>, prompt: bool) -> i32 {
        let mut script = String::new();
        while self.exit.is_none() && !self.stop.is_cancelled() {
            if prompt && self.prompt(&script, io).is_err() {
                break;
            }
            let mut line = Vec::new();
            let ended = !matches!(io.stdin.read_until(b'\n', &mut line), Ok(read) if read > 0);
            script += &String::from_utf8_lossy(&line);
            match parse(&script) {
                Err(SyntaxError::Incomplete) if !ended && script.len() < MAX_SCRIPT => continue,
                Err(error) if !script.is_empty() => self.status = syntax_error(&error, io),
                Ok(parsed) => {
                    if !script.trim().is_empty() {
                        self.device.journal().add(script.trim());
                        self.linger();
                    }
                    self.status = self.run_node(&parsed, io).unwrap_or_else(|error| broken(&error, io))
                }
                Err(_) => {}
            }
            script.clear();
            if ended {
                break;
            }
        }
        self.exit.take().unwrap_or(self.status)
    }

    /// Waits where command lines are slow. What runs inside of one has waited already.
    fn linger(&self) {
        if self.depth == 0 {
            self.device.files.faults().slow_shell(|| self.stop.is_cancelled());
        }
    }

    fn prompt(&self, begun: &str, io: &mut Streams<'_>) -> io::Result<()> {
        let sign = if self.uid == 0 { '#' } else { '$' };
        if begun.is_empty() {
            let host = self.device.properties().get("ro.product.device").to_owned();
            write!(io.out, "{host}:{} {sign} ", self.cwd)?;
        } else {
            write!(io.out, "> ")?;
        }
        io.out.flush()
    }

    /// Runs a command in the phone's name table, by its name and arguments.
    ///
    /// # Errors
    /// Its streams broke, or the client hung up.
    pub fn run_command(&mut self, words: &[String], io: &mut Streams<'_>) -> io::Result<i32> {
        let Some((name, arguments)) = words.split_first() else { return Ok(0) };
        if self.stop.is_cancelled() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.depth += 1;
        let result = self.dispatch(name, arguments, io);
        self.depth -= 1;
        io.out.flush()?;
        io.err.flush()?;
        result
    }

    fn dispatch(&mut self, name: &str, arguments: &[String], io: &mut Streams<'_>) -> io::Result<i32> {
        if self.depth > MAX_DEPTH {
            writeln!(io.err, "/system/bin/sh: {name}: nested too deeply")?;
            return Ok(1);
        }
        let Some(run) = command::find(name) else {
            writeln!(io.err, "/system/bin/sh: {name}: inaccessible or not found")?;
            return Ok(NOT_FOUND);
        };
        run(
            &mut Context { shell: self, stdin: &mut *io.stdin, out: io.out.clone(), err: io.err.clone() },
            arguments,
        )
    }

    /// Runs a node of its own: what it does to variables and directory ends with it.
    ///
    /// # Errors
    /// As [`Shell::run_command`].
    pub(super) fn subshell(&mut self, node: &Node, io: &mut Streams<'_>) -> io::Result<i32> {
        let status = self.run_node(node, io)?;
        Ok(self.exit.take().unwrap_or(status))
    }

    fn run_node(&mut self, node: &Node, io: &mut Streams<'_>) -> io::Result<i32> {
        if self.depth > MAX_DEPTH {
            writeln!(io.err, "/system/bin/sh: nested too deeply")?;
            return Ok(1);
        }
        self.depth += 1;
        let status = self.run_shallow(node, io);
        self.depth -= 1;
        self.status = *status.as_ref().unwrap_or(&1);
        status
    }

    fn run_shallow(&mut self, node: &Node, io: &mut Streams<'_>) -> io::Result<i32> {
        match node {
            Node::Simple { assignments, words } => self.run_simple(assignments, words, io),
            Node::Pipeline { negated, stages } => {
                let status = self.run_pipeline(stages, io)?;
                Ok(if *negated { i32::from(status == 0) } else { status })
            }
            Node::AndOr { first, rest } => {
                let mut status = self.run_node(first, io)?;
                for (operator, node) in rest {
                    if self.exit.is_none() && (status == 0) == (*operator == Operator::And) {
                        status = self.run_node(node, io)?;
                    }
                }
                Ok(status)
            }
            Node::List(commands) => {
                let mut status = 0;
                for command in commands {
                    if self.exit.is_some() {
                        break;
                    }
                    status = self.run_node(command, io)?;
                }
                Ok(status)
            }
            Node::Subshell(node) => self.clone().subshell(node, io),
            Node::If { arms, otherwise } => {
                for (condition, body) in arms {
                    if self.run_node(condition, io)? == 0 {
                        return self.run_node(body, io);
                    }
                }
                otherwise.as_ref().map_or(Ok(0), |body| self.run_node(body, io))
            }
            Node::For { name, words, body } => {
                let mut status = 0;
                for value in self.arguments(words, io)? {
                    if self.exit.is_some() {
                        break;
                    }
                    self.variables.insert(name.clone(), value);
                    status = self.run_node(body, io)?;
                }
                Ok(status)
            }
            Node::Loop { until, condition, body } => {
                let mut status = 0;
                while self.exit.is_none() && (self.run_node(condition, io)? == 0) != *until {
                    status = self.run_node(body, io)?;
                }
                Ok(status)
            }
            Node::Redirected(node, redirects) => self.run_redirected(node, redirects, io),
        }
    }

    fn run_simple(
        &mut self,
        assignments: &[(String, Word)],
        words: &[Word],
        io: &mut Streams<'_>,
    ) -> io::Result<i32> {
        self.substituted = 0;
        let words = self.arguments(words, io)?;
        let mut before = Vec::new();
        for (name, word) in assignments {
            let value = self.text(word, io)?;
            before.push((name, self.variables.insert(name.clone(), value)));
        }
        if words.is_empty() {
            return Ok(self.substituted);
        }
        let status = self.run_command(&words, io);
        // An assignment before a command holds for that command.
        for (name, value) in before.into_iter().rev() {
            match value {
                Some(value) => drop(self.variables.insert(name.clone(), value)),
                None => drop(self.variables.remove(name)),
            }
        }
        status
    }

    /// Runs the stages one after the other; each reads what the one before has written.
    fn run_pipeline(&mut self, stages: &[Node], io: &mut Streams<'_>) -> io::Result<i32> {
        let Some((last, before)) = stages.split_last() else { return Ok(0) };
        let mut piped: Option<Vec<u8>> = None;
        for stage in before {
            let captured = Captured::default();
            let input = piped.take();
            let mut input = input.as_deref();
            let stdin: &mut dyn BufRead = match &mut input {
                Some(bytes) => bytes,
                None => &mut *io.stdin,
            };
            let mut streams = Streams { stdin, out: captured.output(), err: io.err.clone() };
            self.clone().subshell(stage, &mut streams)?;
            piped = Some(captured.take());
        }
        let mut input = piped.as_deref();
        let stdin: &mut dyn BufRead = match &mut input {
            Some(bytes) => bytes,
            None => &mut *io.stdin,
        };
        let mut streams = Streams { stdin, out: io.out.clone(), err: io.err.clone() };
        if before.is_empty() {
            return self.run_node(last, &mut streams);
        }
        self.clone().subshell(last, &mut streams)
    }

    fn run_redirected(
        &mut self,
        node: &Node,
        redirects: &[Redirect],
        io: &mut Streams<'_>,
    ) -> io::Result<i32> {
        let (mut out, mut err) = (io.out.clone(), io.err.clone());
        let mut input: Option<Box<dyn BufRead>> = None;
        for Redirect { descriptor, target } in redirects {
            let output = match target {
                Target::Same(1) => out.clone(),
                Target::Same(2) => err.clone(),
                Target::Same(_) => continue,
                Target::Read(word) | Target::Write(word) | Target::Append(word) => {
                    let path = self.text(word, io)?;
                    let opened = match target {
                        Target::Read(_) => self.open(&path).map(|file| {
                            input = Some(file);
                            None
                        }),
                        _ => self.create(&path, matches!(target, Target::Append(_)), io).map(Some),
                    };
                    match opened {
                        Ok(Some(output)) => output,
                        Ok(None) => continue,
                        Err(error) => {
                            let verb = if matches!(target, Target::Read(_)) { "open" } else { "create" };
                            writeln!(io.err, "/system/bin/sh: can't {verb} {path}: {}", files_error(&error))?;
                            return Ok(1);
                        }
                    }
                }
            };
            match descriptor {
                2 => err = output,
                _ => out = output,
            }
        }
        let stdin: &mut dyn BufRead = match &mut input {
            Some(file) => file,
            None => &mut *io.stdin,
        };
        let mut streams = Streams { stdin, out, err };
        let status = self.run_node(node, &mut streams)?;
        streams.out.flush()?;
        streams.err.flush()?;
        Ok(status)
    }

    pub(super) fn open(&self, path: &str) -> io::Result<Box<dyn BufRead>> {
        if path == "/dev/null" {
            return Ok(Box::new(io::empty()));
        }
        let host = self.device.files.host_path(&self.cwd, path)?;
        if host.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Box::new(BufReader::new(std::fs::File::open(host)?)))
    }

    fn create(&self, path: &str, append: bool, io: &Streams<'_>) -> io::Result<Output> {
        match path {
            "/dev/null" => return Ok(Output::null()),
            "/dev/tty" | "/dev/stdout" => return Ok(io.out.clone()),
            "/dev/stderr" => return Ok(io.err.clone()),
            _ => {}
        }
        let host = self.device.files.host_path(&self.cwd, path)?;
        self.device.files.room(&host)?;
        let mut options = OpenOptions::new();
        options.create(true).write(true);
        let file =
            if append { options.append(true).open(host)? } else { options.truncate(true).open(host)? };
        Ok(Output::new(io::BufWriter::new(file)))
    }
}

fn syntax_error(error: &SyntaxError, io: &mut Streams<'_>) -> i32 {
    let _ = writeln!(io.err, "/system/bin/sh: {error}");
    let _ = io.err.flush();
    1
}

/// What a script returns that could not go on.
fn broken(error: &io::Error, io: &mut Streams<'_>) -> i32 {
    const SIGPIPE: i32 = 128 + 13;
    if error.kind() == io::ErrorKind::BrokenPipe {
        return SIGPIPE;
    }
    let _ = writeln!(io.err, "/system/bin/sh: {}", files_error(error));
    let _ = io.err.flush();
    1
}
