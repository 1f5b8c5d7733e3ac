//! What stocks are worth: prices that follow from the phone's seed and move with its clock.

use crate::system::random::Random;

const MINUTE: f64 = 60_000.0;
const DAY: i64 = 86_400_000;
/// The dearest that a stock can be, in cents.
const MOST: i64 = 100_000_000_000;

/// Stocks that are traded: symbol, name, a price around which it moves, in dollars.
pub const MARKET: [(&str, &str, f64); 12] = [
    ("AAPL", "Apple Inc.", 215.2),
    ("AMZN", "Amazon.com Inc.", 183.4),
    ("DIS", "Walt Disney Company", 96.7),
    ("GOOGL", "Alphabet Inc.", 176.3),
    ("KO", "Coca-Cola Company", 63.9),
    ("META", "Meta Platforms Inc.", 498.5),
    ("MSFT", "Microsoft Corporation", 428.1),
    ("NFLX", "Netflix Inc.", 641.6),
    ("NKE", "Nike Inc.", 74.8),
    ("NVDA", "NVIDIA Corporation", 110.8),
    ("SBUX", "Starbucks Corporation", 77.2),
    ("TSLA", "Tesla Inc.", 248.9),
];

/// How prices swing: how long one swing takes in minutes, and how far it goes.
const SWINGS: [(f64, f64); 5] =
    [(14_400.0, 0.05), (1_440.0, 0.018), (190.0, 0.007), (23.0, 0.0022), (3.0, 0.0006)];

/// The price of a stock in cents at a time in milliseconds since 1970; `around` is in dollars.
pub fn price(seed: u64, symbol: &str, around: f64, millis: i64) -> i64 {
    let mut random = Random::new(seed, &format!("stock {symbol}"));
    let moved: f64 = SWINGS
        .iter()
        .map(|(minutes, far)| {
            let begun = random.below(1000) as f64 / 1000.0;
            let turns = (millis as f64 / (minutes * MINUTE)).rem_euclid(1.0) + begun;
            far * (turns * std::f64::consts::TAU).sin()
        })
        .sum();
    ((around * (1.0 + moved) * 100.0).round() as i64).clamp(1, MOST)
}

/// A stock as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// `NVDA`
    pub symbol: String,
    /// `NVIDIA Corporation`
    pub name: String,
    /// In cents.
    pub price: i64,
    /// What it was worth at midnight, in cents.
    pub opened: i64,
    /// Prices of the last day in cents, the oldest first.
    pub day: Vec<i64>,
}

impl Quote {
    /// A stock at a time; `around` is in dollars.
    pub fn at(seed: u64, symbol: &str, name: &str, around: f64, millis: i64) -> Quote {
        let price = |millis| price(seed, symbol, around, millis);
        Quote {
            symbol: symbol.to_owned(),
            name: name.to_owned(),
            price: price(millis),
            opened: price(millis - millis.rem_euclid(DAY)),
            day: (0..=48).map(|nth| price(millis - DAY + nth * (DAY / 48))).collect(),
        }
    }

    /// How far it rose since midnight: `+1.25 (+0.58%)`.
    pub fn change(&self) -> String {
        let change = self.price - self.opened;
        let sign = if change < 0 { '-' } else { '+' };
        let percent = change.abs() as f64 * 100.0 / self.opened.max(1) as f64;
        format!("{sign}{} ({sign}{percent:.2}%)", amount(change.abs()))
    }
}

/// Cents as `1,234.50`.
pub fn amount(cents: i64) -> String {
    let digits = (cents.unsigned_abs() / 100).to_string();
    let mut whole = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            whole.push(',');
        }
        whole.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{whole}.{:02}", cents.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_772_445_600_000;

    #[test]
    fn prices_move_with_the_clock_and_the_seed() {
        let at = |seed, minutes: i64| price(seed, "NVDA", 110.8, NOW + minutes * 60_000);
        assert_eq!(at(7, 0), at(7, 0));
        assert_ne!(at(7, 0), at(7, 240));
        assert_ne!(at(7, 0), at(8, 0));
        for minutes in 0..2000 {
            let cents = at(7, minutes * 7);
            assert!((10_000..12_200).contains(&cents), "{cents}");
        }
    }

    #[test]
    fn amounts_are_written_with_commas() {
        let written = [0, 5, 1250, 123_456, 100_000_000, -2_050].map(amount);
        assert_eq!(written, ["0.00", "0.05", "12.50", "1,234.56", "1,000,000.00", "-20.50"]);
    }

    #[test]
    fn changes_are_since_midnight() {
        let mut quote = Quote::at(7, "KO", "", 63.9, NOW);
        (quote.price, quote.opened) = (10_200, 10_000);
        assert_eq!(quote.change(), "+2.00 (+2.00%)");
        quote.price = 9_950;
        assert_eq!(quote.change(), "-0.50 (-0.50%)");
    }
}
