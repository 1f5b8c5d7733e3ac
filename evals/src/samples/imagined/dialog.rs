//! Ways through dialogs: one of several values, and an order.

use pocketpilot_core::screen::LineKind;

use super::App;
use super::screen::Screen;
use crate::samples::goal::fill;
use crate::samples::leg::{Leg, Role, Walk, chosen};
use crate::samples::random::Random;

impl App {
    pub(super) fn choice(&self, index: usize, random: &mut Random) -> Walk {
        let (what, options, wish) = &self.choices[index];
        let mut legs = self.to_settings(random);
        let mut settings = self.settings(random);
        let mut dialog = Screen::default();
        if random.chance(60) {
            dialog.add(LineKind::Text, "", what);
        }
        let (old, new) = two(options.len(), random);
        let row = settings.place(what);
        settings.0[row].content = format!("{what}<br>{}", options[old]);
        for (place, option) in options.iter().enumerate() {
            dialog.add(LineKind::Checkbox, "", option);
            if let Some(line) = dialog.0.last_mut() {
                line.checked = place == old;
            }
        }
        let confirmed = random.chance(40);
        dialog.add(LineKind::Button, "", "Cancel");
        if confirmed {
            dialog.add(LineKind::Button, "", "OK");
        }
        let value = &options[new];
        legs.push(settings.leg(what, Role::Open));
        legs.push(dialog.leg(value, Role::Choice));
        if confirmed {
            let screen = chosen(&dialog.lines(), dialog.place(value));
            legs.push(Leg { at: dialog.place("OK"), screen, role: Role::Confirm });
        }
        let mut end = settings;
        end.0[row].content = format!("{what}<br>{value}");
        let said = if random.chance(50) { value.clone() } else { value.to_lowercase() };
        self.walk(legs, Some(end.lines()), vec![fill(wish, &[("v", &said)])])
    }

    pub(super) fn sorting(&self, random: &mut Random) -> Walk {
        let mut dialog = Screen::default();
        self.sort.iter().for_each(|way| dialog.add(LineKind::Checkbox, "", way));
        ["Ascending", "Descending"].iter().for_each(|way| dialog.add(LineKind::Checkbox, "", way));
        ["Cancel", "OK"].iter().for_each(|button| dialog.add(LineKind::Button, "", button));
        let (old, new) = two(self.sort.len(), random);
        let up = random.below(2);
        let ways = self.sort.len();
        dialog.0[old].checked = true;
        dialog.0[ways + up].checked = true;
        let mut after = dialog.lines();
        after[old].checked = false;
        after[new].checked = true;
        let mut legs = vec![
            self.main().leg("Sort", Role::Open),
            Leg { screen: dialog.lines(), at: new, role: Role::Choice },
        ];
        if random.chance(50) {
            legs.push(Leg { screen: after.clone(), at: ways + 1 - up, role: Role::Choice });
            after[ways + up].checked = false;
            after[ways + 1 - up].checked = true;
        }
        legs.push(Leg { screen: after, at: dialog.place("OK"), role: Role::Confirm });
        self.walk(legs, Some(self.main().lines()), Vec::new())
    }
}

/// Two different numbers below `n`, which is above 1.
fn two(n: usize, random: &mut Random) -> (usize, usize) {
    let old = random.below(n);
    (old, (old + 1 + random.below(n - 1)) % n)
}
