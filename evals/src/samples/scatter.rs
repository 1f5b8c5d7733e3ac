//! Screens made different: elements leave, change places and are numbered anew, so that an element is known by its
//! words and not by where it usually is.

use pocketpilot_core::screen::{Line, LineKind};

use super::random::Random;
use crate::suite::rank;

/// Fewer lines are left as they are.
const FEW: usize = 4;

/// How the screens of one way are changed: alike on all of them, so that a field which was filled is found again.
#[derive(Debug)]
pub(super) struct Scatter {
    seed: u64,
    /// Of a hundred elements, so many leave.
    leaving: u64,
    shuffled: bool,
}

impl Scatter {
    /// Draws a way to change screens; a third are left as they are.
    pub(super) fn draw(random: &mut Random) -> Self {
        let leaving = *random.pick(&[0, 0, 10, 25, 45]);
        Self { seed: random.next(), leaving, shuffled: random.chance(25) }
    }

    /// The changed screen and the new place of the element `at`.
    pub(super) fn apply(&self, screen: &[Line], at: Option<usize>) -> (Vec<Line>, Option<usize>) {
        let key = |line: &Line| rank(self.seed, &line.node.map_or(line.content.clone(), |n| n.to_string()));
        let stays = |(index, line): &(usize, &Line)| {
            screen.len() <= FEW
                || Some(*index) == at
                || line.kind == LineKind::Input
                || key(line) % 100 >= self.leaving
        };
        let mut kept: Vec<(usize, &Line)> = screen.iter().enumerate().filter(stays).collect();
        if self.shuffled {
            kept.sort_by_key(|(_, line)| key(line) / 100);
        }
        let place = at.and_then(|at| kept.iter().position(|(index, _)| *index == at));
        let lines = kept.iter().enumerate().map(|(id, (_, line))| Line { id, ..(*line).clone() }).collect();
        (lines, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::droidtask::screen::lines;

    #[test]
    fn the_element_in_question_stays_and_numbers_are_in_order() {
        let text: String = (0..30).map(|n| format!("<button id={n}>b{n}</button>")).collect();
        let screen = lines(&text);
        let mut random = Random::new(0, "x");
        let mut shorter = 0;
        for _ in 0..50 {
            let (changed, place) = Scatter::draw(&mut random).apply(&screen, Some(7));
            assert_eq!(changed[place.unwrap()].content, "b7");
            assert!(changed.iter().enumerate().all(|(index, line)| line.id == index));
            shorter += usize::from(changed.len() < screen.len());
        }
        assert!(shorter > 10, "{shorter}");
    }

    #[test]
    fn screens_of_one_way_are_changed_alike() {
        let screen = lines("<p id=0>a</p><p id=1>b</p><p id=2>c</p><p id=3>d</p><p id=4>e</p><p id=5>f</p>");
        let scatter = Scatter { seed: 1, leaving: 45, shuffled: true };
        assert_eq!(scatter.apply(&screen, None), scatter.apply(&screen, None));
    }
}
