//! The calendar: coming events, one event, and the form that makes or changes one.

use chrono::{DateTime, TimeDelta, Utc};

use crate::apps::time_picker::{self, Choice, TimePicker};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::clock::at;
use crate::system::content::calendar::{self, Event};
use crate::system::intent::{Extra, Intent};
use crate::ui::widget::{
    app_bar, button, column, empty, fab, field, heading, icon, icon_button, item, list, row, scroll, space,
    switch, text, with_fab,
};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.android.calendar.AllInOneActivity";
const EDIT: &str = "com.google.android.calendar.EditActivity";
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.calendar".to_owned(),
        label: "Calendar".to_owned(),
        icon: Icon::Calendar,
        system: true,
        color: (0x1f, 0x6f, 0xd6),
        version: "2024.02.0".to_owned(),
        activities: vec![
            Activity {
                name: MAIN.to_owned(),
                filters: vec![
                    Filter::LAUNCHER,
                    Filter::typed(
                        &["android.intent.action.VIEW"],
                        &["vnd.android.cursor.item/event", "time/epoch"],
                    ),
                ],
            },
            Activity {
                name: EDIT.to_owned(),
                filters: vec![
                    Filter::typed(
                        &["android.intent.action.INSERT", "android.intent.action.EDIT"],
                        &["vnd.android.cursor.item/event", "vnd.android.cursor.dir/event"],
                    ),
                    Filter::data(
                        &["android.intent.action.INSERT", "android.intent.action.EDIT"],
                        &["content"],
                    ),
                ],
            },
        ],
        permissions: &["android.permission.READ_CALENDAR", "android.permission.WRITE_CALENDAR"],
        launch: launch::<Calendar>(),
        setup: |cx| calendar::DATABASE.create(&cx.files),
    }
}

/// The calendar.
#[derive(Debug, Default)]
pub struct Calendar {
    shown: Option<i64>,
    edited: Option<Event>,
    /// The time that is being chosen: of the start, or of the end.
    picking: Option<(bool, TimePicker)>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Make a new event.
    New,
    /// Show an event.
    Show(i64),
    /// Change the event shown.
    Edit,
    /// Remove the event shown.
    Delete,
    /// Change a part of the form.
    Title(String),
    /// Change a part of the form.
    Place(String),
    /// Change a part of the form.
    Description(String),
    /// The event takes whole days, or not.
    AllDay,
    /// Another day: of the start or of the end, later or earlier.
    Shift(bool, i64),
    /// Choose the time: of the start, or of the end.
    Pick(bool),
    /// In the dialog for a time.
    Picker(time_picker::Message),
    /// Keep the form.
    Save,
    /// One screen back.
    Up,
}

impl App for Calendar {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let shown =
            self.shown.and_then(|id| calendar::all(&cx.files).into_iter().find(|event| event.id == id));
        let body = match (&self.edited, shown) {
            (Some(event), _) => editor(event),
            (None, Some(event)) => detail(&event),
            (None, None) => agenda(cx),
        };
        let wrap: std::sync::Arc<dyn Fn(time_picker::Message) -> Message + Send + Sync> =
            std::sync::Arc::new(Message::Picker);
        Scene::from(body).dialog(self.picking.as_ref().map(|(_, picker)| picker.view().map(&wrap)))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::New => self.edited = Some(new_event(cx)),
            Message::Show(id) => self.shown = Some(id),
            Message::Edit => {
                self.edited = calendar::all(&cx.files).into_iter().find(|event| Some(event.id) == self.shown);
            }
            Message::Delete => {
                if let Some(id) = self.shown.take() {
                    calendar::delete(&cx.files, id);
                    cx.toast("Event deleted");
                }
            }
            Message::Title(value) => self.edit(|event| event.title = value),
            Message::Place(value) => self.edit(|event| event.place = value),
            Message::Description(value) => self.edit(|event| event.description = value),
            Message::AllDay => self.edit(|event| event.all_day = !event.all_day),
            Message::Shift(end, days) => self.edit(|event| {
                let length = event.end.saturating_sub(event.start);
                if end {
                    event.end = event.end.saturating_add(days * DAY).max(event.start);
                } else {
                    event.start = event.start.saturating_add(days * DAY);
                    event.end = event.start.saturating_add(length);
                }
            }),
            Message::Pick(end) => {
                if let Some(event) = &self.edited {
                    let when = at(if end { event.end } else { event.start });
                    let minutes = when.timestamp().rem_euclid(86_400) / 60;
                    self.picking = Some((end, TimePicker::new((minutes / 60) as u32, (minutes % 60) as u32)));
                }
            }
            Message::Picker(message) => self.pick(message),
            Message::Save => {
                if let Some(mut event) = self.edited.take() {
                    if event.title.trim().is_empty() {
                        event.title = "(No title)".to_owned();
                    }
                    calendar::save(&cx.files, &event);
                    cx.toast("Event saved");
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        let row = intent.data.as_deref().and_then(|data| data.rsplit('/').next()?.parse::<i64>().ok());
        match intent.action.as_deref() {
            Some("android.intent.action.INSERT") => {
                *self = Calendar { edited: Some(inserted(intent, cx)), ..Calendar::default() };
            }
            Some("android.intent.action.EDIT") => {
                let edited = calendar::all(&cx.files).into_iter().find(|event| Some(event.id) == row);
                *self = Calendar {
                    shown: row,
                    edited: edited.or_else(|| Some(inserted(intent, cx))),
                    ..Calendar::default()
                };
            }
            Some("android.intent.action.VIEW") => *self = Calendar { shown: row, ..Calendar::default() },
            _ => {}
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        self.picking.take().is_some() || self.edited.take().is_some() || self.shown.take().is_some()
    }

    fn activity(&self) -> &'static str {
        if self.edited.is_some() { EDIT } else { MAIN }
    }

    fn place(&self) -> String {
        format!("{} {:?}", self.activity(), self.shown)
    }
}

impl Calendar {
    fn edit(&mut self, change: impl FnOnce(&mut Event)) {
        if let Some(edited) = &mut self.edited {
            change(edited);
        }
    }

    fn pick(&mut self, message: time_picker::Message) {
        let Some((end, picker)) = &mut self.picking else { return };
        let (end, choice) = (*end, picker.update(message));
        if choice != Choice::Open {
            self.picking = None;
        }
        let Choice::Done(hour, minute) = choice else { return };
        self.edit(|event| {
            let length = event.end.saturating_sub(event.start);
            let on_day = |when: i64| {
                when.saturating_sub(when.rem_euclid(DAY))
                    .saturating_add((i64::from(hour) * 60 + i64::from(minute)) * 60_000)
            };
            if end {
                event.end = on_day(event.end).max(event.start);
            } else {
                event.start = on_day(event.start);
                event.end = event.start.saturating_add(length);
            }
        });
    }
}

/// An hour from the next whole hour on.
fn new_event(cx: &Services) -> Event {
    let now = cx.clock.millis();
    let start = now - now.rem_euclid(HOUR) + HOUR;
    Event { start, end: start + HOUR, ..Event::default() }
}

/// What `ACTION_INSERT` asks for, with the extras of `CalendarContract`.
fn inserted(intent: &Intent, cx: &Services) -> Event {
    let text = |name| intent.text(name).unwrap_or_default();
    let usual = new_event(cx);
    // Times far beyond any calendar would overflow its arithmetic.
    let time = |name| intent.number(name).filter(|time| (0..=253_402_300_799_000).contains(time));
    let start = time("beginTime").unwrap_or(usual.start);
    let end = time("endTime").filter(|end| *end >= start).unwrap_or(start + HOUR);
    Event {
        id: 0,
        title: text("title"),
        place: text("eventLocation"),
        description: text("description"),
        start,
        end,
        all_day: intent.flag("allDay") || intent.extras.get("allDay") == Some(&Extra::Number(1)),
    }
}

fn span(event: &Event) -> String {
    let (start, end) = (at(event.start), at(event.end));
    match (event.all_day, start.date_naive() == end.date_naive()) {
        (true, _) => "All day".to_owned(),
        (false, true) => format!("{} – {}", start.format("%-I:%M %p"), end.format("%-I:%M %p")),
        (false, false) => format!("{} – {}", start.format("%-I:%M %p"), end.format("%b %-d, %-I:%M %p")),
    }
}

fn day_name(day: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let date = day.format("%a, %b %-d").to_string();
    match (day.date_naive() - now.date_naive()).num_days() {
        0 => format!("Today • {date}"),
        1 => format!("Tomorrow • {date}"),
        _ => date,
    }
}

fn agenda(cx: &Services) -> View<Message> {
    let now = cx.clock.now();
    let from = now - TimeDelta::days(1);
    let events: Vec<_> = calendar::all(&cx.files).into_iter().filter(|event| at(event.end) >= from).collect();
    let mut rows = Vec::new();
    let mut day = None;
    for event in &events {
        let start = at(event.start);
        if day != Some(start.date_naive()) {
            day = Some(start.date_naive());
            rows.push(heading(&day_name(start, now)));
        }
        let mut texts = vec![
            text(event.title.clone()).id("event_title").ink(16, Tone::OnContainer).bold(),
            text(span(event)).id("event_time").ink(14, Tone::OnContainer),
        ];
        if !event.place.is_empty() {
            texts.push(text(event.place.clone()).id("event_location").ink(14, Tone::OnContainer));
        }
        let chip = column(texts)
            .describe(format!("{}, {}", event.title, span(event)))
            .tap(Message::Show(event.id))
            .wide()
            .gap(2)
            .pad(16, 12)
            .fill(Tone::Container, 16);
        rows.push(column(vec![chip]).wide().pad(20, 4));
    }
    rows.push(space(88));
    let body =
        if events.is_empty() { empty(Icon::Calendar, "Nothing planned") } else { list("agenda_list", rows) };
    let bar = app_bar(None, &now.format("%B %Y").to_string(), Vec::new());
    with_fab(
        column(vec![bar, body]),
        fab(Icon::Plus, "Create new event", Message::New).id("floating_action_button"),
    )
}

fn detail(event: &Event) -> View<Message> {
    let bar = app_bar(
        Some(Message::Up),
        "",
        vec![
            icon_button(Icon::Pencil, "Edit", Message::Edit).id("info_action_edit"),
            icon_button(Icon::Trash2, "Delete", Message::Delete).id("info_action_delete"),
        ],
    );
    let mut parts = vec![
        column(vec![
            text(event.title.clone()).id("title").ink(26, Tone::Text),
            text(format!("{}, {}", at(event.start).format("%A, %B %-d, %Y"), span(event)))
                .id("time")
                .ink(16, Tone::Dim),
        ])
        .wide()
        .gap(6)
        .pad(20, 12),
    ];
    for (picture, value) in [(Icon::MapPin, &event.place), (Icon::TextAlignStart, &event.description)] {
        if !value.is_empty() {
            parts.push(item(Some(icon(picture, 22, Tone::Dim)), value, "", None));
        }
    }
    column(vec![bar, scroll("event_info", parts)])
}

fn editor(event: &Event) -> View<Message> {
    let mut bar = app_bar(Some(Message::Up), "", vec![button("Save", Message::Save).id("save").pad(20, 10)]);
    if let Some(up) = bar.children.first_mut() {
        *up = icon_button(Icon::X, "Cancel", Message::Up).id("cancel");
    }
    let when = |end: bool, millis: i64| {
        let label = if end { "End" } else { "Start" };
        let id = label.to_lowercase();
        let day = text(at(millis).format("%a, %b %-d, %Y").to_string())
            .id(format!("{id}_date"))
            .ink(17, Tone::Text)
            .wide();
        let time = text(at(millis).format("%-I:%M %p").to_string())
            .id(format!("{id}_time"))
            .describe(format!("{label} time {}", at(millis).format("%-I:%M %p")))
            .tap(Message::Pick(end))
            .ink(17, Tone::Primary)
            .pad(12, 12);
        row(vec![
            icon_button(Icon::ChevronLeft, &format!("{label} date, day before"), Message::Shift(end, -1)),
            day,
            icon_button(Icon::ChevronRight, &format!("{label} date, day after"), Message::Shift(end, 1)),
            if event.all_day { View::new("android.widget.Space") } else { time },
        ])
        .wide()
        .gap(4)
        .pad(12, 2)
    };
    let all_day = row(vec![
        text("All-day").ink(17, Tone::Text).wide(),
        switch("all_day_switch", event.all_day, Message::AllDay).describe("All-day"),
    ]);
    let mut description = field("description", "Add description", &event.description, Message::Description);
    description.flags.multiline = true;
    let padded = |view: View<Message>| column(vec![view]).wide().pad(20, 8);
    column(vec![
        bar,
        scroll(
            "event_editor",
            vec![
                padded(field("title", "Add title", &event.title, Message::Title).ink(22, Tone::Text)),
                all_day.wide().pad(20, 10),
                when(false, event.start),
                when(true, event.end),
                padded(field("location", "Add location", &event.place, Message::Place)),
                padded(description),
            ],
        ),
    ])
}
