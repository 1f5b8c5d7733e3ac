//! The dialog that asks for a day, as Material's date picker does: a month, and one of its days.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::ui::style::{Align, Size};
use crate::ui::widget::{column, dialog, dialog_button, icon_button, row, text};
use crate::ui::{Icon, Tone, View};

/// What is being chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatePicker {
    /// A day of the month that is shown.
    month: NaiveDate,
    chosen: NaiveDate,
}

/// What its views send.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// Show the month before, or the next.
    Turn(bool),
    /// Choose a day.
    Day(NaiveDate),
    /// Take the day.
    Ok,
    /// Take none.
    Cancel,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Not chosen yet.
    Open,
    /// This day.
    Done(NaiveDate),
    /// None.
    Cancelled,
}

impl DatePicker {
    /// A dialog that shows this day.
    pub fn new(day: NaiveDate) -> DatePicker {
        DatePicker { month: day, chosen: day }
    }

    /// Answers a message.
    pub fn update(&mut self, message: Message) -> Choice {
        match message {
            Message::Turn(on) => {
                let one = Months::new(1);
                let turned =
                    if on { self.month.checked_add_months(one) } else { self.month.checked_sub_months(one) };
                self.month = turned.unwrap_or(self.month);
            }
            Message::Day(day) => self.chosen = day,
            Message::Ok => return Choice::Done(self.chosen),
            Message::Cancel => return Choice::Cancelled,
        }
        Choice::Open
    }

    /// The dialog.
    pub fn view(&self) -> View<Message> {
        let heading = text(self.chosen.format("%a, %b %-d").to_string())
            .id("mtrl_picker_header_selection_text")
            .ink(28, Tone::Text);
        let turn = row(vec![
            text(self.month.format("%B %Y").to_string())
                .id("month_navigation_fragment_toggle")
                .ink(15, Tone::Text)
                .bold()
                .wide(),
            icon_button(Icon::ChevronLeft, "Change to previous month", Message::Turn(false)),
            icon_button(Icon::ChevronRight, "Change to next month", Message::Turn(true)),
        ]);
        let cell = |view: View<Message>| view.wide().centered().style(|s| s.height = Size::Dp(40));
        let names = ["S", "M", "T", "W", "T", "F", "S"].map(|name| cell(text(name).ink(13, Tone::Dim)));
        let mut parts = vec![turn.wide(), row(names.into()).wide()];
        let first = self.month.with_day(1).unwrap_or(self.month);
        let lead = u64::from(first.weekday().num_days_from_sunday());
        let days: Vec<Option<NaiveDate>> = (0..42)
            .map(|nth: u64| first.checked_add_days(Days::new(nth.checked_sub(lead)?)))
            .map(|day| day.filter(|day| day.month() == first.month()))
            .collect();
        for week in days.chunks(7).filter(|week| week.iter().any(Option::is_some)) {
            let cells = week.iter().map(|day| match day {
                Some(day) => cell(self.day(*day)),
                None => cell(View::new("android.widget.Space")),
            });
            parts.push(row(cells.collect()).wide());
        }
        dialog(
            "",
            vec![heading, column(parts).id("mtrl_calendar_days_of_week").wide()],
            vec![
                dialog_button("cancel_button", "Cancel", Message::Cancel),
                dialog_button("confirm_button", "OK", Message::Ok),
            ],
        )
    }

    fn day(&self, day: NaiveDate) -> View<Message> {
        let view = text(day.day().to_string())
            .describe(day.format("%A, %B %-d").to_string())
            .tap(Message::Day(day))
            .style(|s| s.cross = Align::Center)
            .selected(day == self.chosen);
        if day == self.chosen {
            view.fill(Tone::Primary, 20).ink(15, Tone::OnPrimary)
        } else {
            view.ink(15, Tone::Text)
        }
    }
}
