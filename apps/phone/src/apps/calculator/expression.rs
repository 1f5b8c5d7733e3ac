//! What a calculation comes to, and how numbers are written.

use std::iter::Peekable;
use std::str::Chars;

/// Why there is no result, in the calculator's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It is no calculation, or not a whole one.
    Format,
    /// Something is divided by zero.
    Zero,
    /// The result is too large to write.
    Large,
}

impl Error {
    /// What is told.
    pub fn message(self) -> &'static str {
        match self {
            Error::Format => "Format error",
            Error::Zero => "Can't divide by 0",
            Error::Large => "Value may be infinite",
        }
    }
}

/// Parentheses within each other; more would exhaust the stack.
const DEEPEST: usize = 200;

struct Parser<'a> {
    letters: Peekable<Chars<'a>>,
    depth: usize,
}

/// Computes `2+3×(4−1)`. `%` is a hundredth, and after `+` or `−` that part of what stands before: `200+10%` is 220.
///
/// # Errors
/// It is no whole calculation, or has no finite result.
pub fn evaluate(text: &str) -> Result<f64, Error> {
    let mut parser = Parser { letters: text.chars().peekable(), depth: 0 };
    let value = parser.sum()?;
    match parser.letters.next() {
        Some(_) => Err(Error::Format),
        None if value.is_finite() => Ok(value),
        None => Err(Error::Large),
    }
}

impl Parser<'_> {
    fn eat(&mut self, wanted: char) -> bool {
        self.letters.next_if_eq(&wanted).is_some()
    }

    fn sum(&mut self) -> Result<f64, Error> {
        let (mut value, _) = self.product()?;
        loop {
            let sign = if self.eat('+') {
                1.0
            } else if self.eat('−') {
                -1.0
            } else {
                return Ok(value);
            };
            let (part, percent) = self.product()?;
            value += sign * if percent { value * part } else { part };
        }
    }

    /// The value, and whether it is nothing but a number with `%`.
    fn product(&mut self) -> Result<(f64, bool), Error> {
        let (mut value, mut percent) = self.factor()?;
        loop {
            let divides = match self.letters.peek() {
                Some('×') => false,
                Some('÷') => true,
                // What stands side by side is multiplied: 2(3).
                Some('(') => {
                    value *= self.factor()?.0;
                    percent = false;
                    continue;
                }
                _ => return Ok((value, percent)),
            };
            self.letters.next();
            percent = false;
            let (by, _) = self.factor()?;
            if divides && by == 0.0 {
                return Err(Error::Zero);
            }
            value = if divides { value / by } else { value * by };
        }
    }

    fn factor(&mut self) -> Result<(f64, bool), Error> {
        if self.eat('−') {
            let (value, percent) = self.nested(Parser::factor)?;
            return Ok((-value, percent));
        }
        let mut value = if self.eat('(') {
            let value = self.nested(Parser::sum)?;
            // What was opened last need not be closed.
            if self.letters.peek().is_some() && !self.eat(')') {
                return Err(Error::Format);
            }
            value
        } else {
            self.number()?
        };
        let mut percent = false;
        while self.eat('%') {
            value /= 100.0;
            percent = true;
        }
        Ok((value, percent))
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::Format);
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn number(&mut self) -> Result<f64, Error> {
        let mut digits = String::new();
        while let Some(letter) =
            self.letters.next_if(|letter| letter.is_ascii_digit() || *letter == '.' || *letter == 'E')
        {
            digits.push(letter);
            if letter == 'E' && self.eat('-') {
                digits.push('-');
            }
        }
        digits.parse().map_err(|_| Error::Format)
    }
}

/// A number as it is typed: twelve digits at most, a minus of its own, no grouping.
pub fn written(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-9..1e15).contains(&size) {
        let text = format!("{value:.9e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}E{exponent}", trimmed(digits)).replacen('-', "−", usize::from(value < 0.0));
    }
    let whole = if size < 1.0 { 1 } else { size.log10() as usize + 1 };
    trimmed(&format!("{value:.*}", 12_usize.saturating_sub(whole))).replace('-', "−")
}

fn trimmed(digits: &str) -> String {
    let short =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// The same with groups of three digits: `1234567.25` is shown as `1,234,567.25`.
pub fn grouped(text: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = text.chars().collect();
    let mut fraction = false;
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_digit() {
            fraction = *letter == '.' || *letter == 'E';
        }
        out.push(*letter);
        let left = letters[at + 1..].iter().take_while(|letter| letter.is_ascii_digit()).count();
        if letter.is_ascii_digit() && !fraction && left > 0 && left % 3 == 0 {
            out.push(',');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown =
            evaluate(text).map_or_else(|error| error.message().to_owned(), |value| grouped(&written(value)));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn products_come_before_sums() {
        check("2+3×4", "14");
        check("(2+3)×4", "20");
        check("2×3−8÷4", "4");
        check("8÷4÷2", "1");
        check("10−4−3", "3");
        check("−2×−3", "6");
        check("2(3+4)", "14");
        check("(1+2)(3", "9");
    }

    #[test]
    fn percent_is_of_what_stands_before() {
        check("50%", "0.5");
        check("200+10%", "220");
        check("200−10%", "180");
        check("200×10%", "20");
        check("200+10%×3", "200.3");
    }

    #[test]
    fn numbers_are_written_short() {
        check("0.1+0.2", "0.3");
        check("1÷3", "0.33333333333");
        check("2÷3×1000000", "666,666.666667");
        check("1234567×1000", "1,234,567,000");
        check("5−7", "−2");
        check("0×−1", "0");
        check("99999999×99999999", "9.9999998E15");
        check("1÷8000000000", "1.25E-10");
        check("9.9999998E15÷9999999800", "1,000,000");
    }

    #[test]
    fn what_cannot_be_computed_is_told() {
        check("5÷0", "Can't divide by 0");
        check("1÷(2−2)", "Can't divide by 0");
        check("5+", "Format error");
        check("", "Format error");
        check("1.2.3", "Format error");
        check("9E300×9E300", "Value may be infinite");
        check(&"(".repeat(10_000), "Format error");
        check(&"−".repeat(10_000), "Format error");
    }
}
