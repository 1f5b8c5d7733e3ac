//! Reading arguments as Android's shell commands do: options first, each with its own count of values.

/// Arguments that are read from the left.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    left: &'a [String],
}

impl<'a> Arguments<'a> {
    /// Reads these.
    pub(super) fn new(arguments: &'a [String]) -> Arguments<'a> {
        Arguments { left: arguments }
    }

    /// The next, whatever it is.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.left.split_first()?;
        self.left = rest;
        Some(first)
    }

    /// The next, if it is an option.
    pub(super) fn option(&mut self) -> Option<&'a str> {
        let is_option = self.left.first().is_some_and(|first| first.starts_with('-') && first.len() > 1);
        if is_option { self.next() } else { None }
    }

    /// Those not read yet.
    pub(super) fn rest(&self) -> &'a [String] {
        self.left
    }
}
