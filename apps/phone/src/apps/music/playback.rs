//! How far something has played, by the phone's clock.

/// A position that moves on while it plays. Times are in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Playback {
    /// Where it was when it was last touched.
    position: i64,
    /// Since when it plays; `None`: it is paused.
    since: Option<i64>,
}

impl Playback {
    /// From the beginning.
    pub fn start(now: i64) -> Playback {
        Playback { position: 0, since: Some(now) }
    }

    /// How far it is, were it endless.
    pub fn at(&self, now: i64) -> i64 {
        self.position + self.since.map_or(0, |since| (now - since).max(0))
    }

    /// It plays.
    pub fn plays(&self) -> bool {
        self.since.is_some()
    }

    /// Goes to a place, and on from there if it plays.
    pub fn seek(&mut self, position: i64, now: i64) {
        *self = Playback { position, since: self.since.map(|_| now) };
    }

    /// Holds it here.
    pub fn pause(&mut self, now: i64) {
        *self = Playback { position: self.at(now), since: None };
    }

    /// Goes on from here.
    pub fn go_on(&mut self, now: i64) {
        self.since.get_or_insert(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_with_the_clock_while_it_plays() {
        let mut playback = Playback::start(1000);
        assert_eq!((playback.at(1000), playback.at(4000)), (0, 3000));
        playback.pause(4000);
        assert_eq!((playback.at(9000), playback.plays()), (3000, false));
        playback.go_on(10_000);
        playback.go_on(11_000);
        assert_eq!(playback.at(12_000), 5000);
        playback.seek(500, 12_000);
        assert_eq!(playback.at(12_250), 750);
    }
}
