//! The clock: alarms, the time, timers, a stopwatch.

mod alarm_tab;
pub mod store;
mod timer_tab;

use self::store::{Alarm, Stopwatch};
use crate::apps::time_picker::{self, Choice, TimePicker};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::clock::duration;
use crate::system::intent::{Extra, Intent};
use crate::ui::widget::{app_bar, column, dialog, dialog_button, field, tab, text, with_tabs};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.android.deskclock.DeskClock";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.deskclock".to_owned(),
        label: "Clock".to_owned(),
        icon: Icon::Clock,
        system: true,
        color: (0x42, 0x56, 0x8c),
        version: "7.6".to_owned(),
        activities: vec![
            Activity { name: MAIN.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity {
                name: "com.android.deskclock.HandleApiCalls".to_owned(),
                filters: vec![Filter::action(&[
                    "android.intent.action.SET_ALARM",
                    "android.intent.action.SET_TIMER",
                    "android.intent.action.SHOW_ALARMS",
                    "android.intent.action.SHOW_TIMERS",
                    "android.intent.action.DISMISS_ALARM",
                ])],
            },
        ],
        permissions: &["android.permission.POST_NOTIFICATIONS", "com.android.alarm.permission.SET_ALARM"],
        launch: launch::<Clock>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// A tab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// Alarms.
    #[default]
    Alarm,
    /// The time.
    Clock,
    /// Timers.
    Timer,
    /// The stopwatch.
    Stopwatch,
}

/// The clock.
#[derive(Debug, Default)]
pub struct Clock {
    tab: Tab,
    expanded: Option<i64>,
    /// The alarm that gets another time; 0 is a new one.
    picking: Option<(i64, TimePicker)>,
    /// The alarm that gets another label.
    naming: Option<(i64, String)>,
    /// Digits of a new timer.
    typed: String,
    adding_timer: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a tab.
    Tab(Tab),
    /// Choose the time of a new alarm.
    Add,
    /// Choose another time for an alarm.
    Retime(i64),
    /// In the dialog for a time.
    Picker(time_picker::Message),
    /// Show or hide what an alarm can be set to.
    Expand(i64),
    /// Turn an alarm on or off.
    Toggle(i64),
    /// Turn a day of an alarm on or off.
    Day(i64, usize),
    /// Turn the vibration of an alarm on or off.
    Vibrate(i64),
    /// Remove an alarm.
    Delete(i64),
    /// Ask for a label.
    AskLabel(i64),
    /// The label as typed.
    Label(String),
    /// Keep the label.
    KeepLabel(bool),
    /// Digits for a new timer.
    Digits(&'static str),
    /// Remove the last digit.
    Backspace,
    /// Ask for a new timer.
    AddTimer,
    /// Start the new timer.
    StartTimer,
    /// Pause a timer, or let it go on.
    PauseTimer(i64),
    /// Give a timer another minute.
    Minute(i64),
    /// Set a timer back.
    ResetTimer(i64),
    /// Remove a timer.
    DeleteTimer(i64),
    /// Start or pause the stopwatch.
    Run,
    /// Keep a lap.
    Lap,
    /// Set the stopwatch back.
    Reset,
}

impl App for Clock {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let (title, body) = match self.tab {
            Tab::Alarm => ("Alarm", alarm_tab::view(cx, self.expanded)),
            Tab::Clock => ("Clock", time(cx)),
            Tab::Timer => ("Timer", timer_tab::timers(cx, self.adding_timer, &self.typed)),
            Tab::Stopwatch => ("Stopwatch", timer_tab::stopwatch(cx)),
        };
        let tabs = [
            (Tab::Alarm, "tab_menu_alarm", "Alarm", Icon::AlarmClock),
            (Tab::Clock, "tab_menu_clock", "Clock", Icon::Clock),
            (Tab::Timer, "tab_menu_timer", "Timer", Icon::Hourglass),
            (Tab::Stopwatch, "tab_menu_stopwatch", "Stopwatch", Icon::Timer),
        ]
        .map(|(which, id, label, icon)| tab(id, label, icon, which == self.tab, Message::Tab(which)));
        let screen = column(vec![app_bar(None, title, Vec::new()), body.wide().tall()]);
        let wrap: std::sync::Arc<dyn Fn(time_picker::Message) -> Message + Send + Sync> =
            std::sync::Arc::new(Message::Picker);
        let picker = self.picking.as_ref().map(|(_, picker)| picker.view().map(&wrap));
        let naming = self.naming.as_ref().map(|(_, label)| {
            dialog(
                "Label",
                vec![
                    field("label", "Add label", label, Message::Label)
                        .autofocus()
                        .submit(Message::KeepLabel(true)),
                ],
                vec![
                    dialog_button("android:id/button2", "Cancel", Message::KeepLabel(false)),
                    dialog_button("android:id/button1", "OK", Message::KeepLabel(true)),
                ],
            )
        });
        Scene::from(with_tabs(screen, tabs.into())).dialog(picker.or(naming))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let now = cx.clock.millis();
        match message {
            Message::Tab(tab) => *self = Clock { tab, ..Clock::default() },
            Message::Add => self.picking = Some((0, TimePicker::new(9, 0))),
            Message::Retime(id) => {
                let alarm = store::alarms(&cx.files).into_iter().find(|alarm| alarm.id == id);
                self.picking = alarm.map(|alarm| (id, TimePicker::new(alarm.hour, alarm.minute)));
            }
            Message::Picker(message) => self.pick(message, cx),
            Message::Expand(id) => self.expanded = (self.expanded != Some(id)).then_some(id),
            Message::Toggle(id) => change(cx, id, |alarm| alarm.enabled = !alarm.enabled),
            Message::Day(id, day) => change(cx, id, |alarm| alarm.days ^= 1 << day),
            Message::Vibrate(id) => change(cx, id, |alarm| alarm.vibrate = !alarm.vibrate),
            Message::Delete(id) => {
                store::delete_alarm(cx, id);
                self.expanded = None;
                cx.toast("Alarm deleted");
            }
            Message::AskLabel(id) => {
                let alarm = store::alarms(&cx.files).into_iter().find(|alarm| alarm.id == id);
                self.naming = alarm.map(|alarm| (id, alarm.label));
            }
            Message::Label(label) => {
                if let Some(naming) = &mut self.naming {
                    naming.1 = label;
                }
            }
            Message::KeepLabel(keep) => {
                if let Some((id, label)) = self.naming.take().filter(|_| keep) {
                    change(cx, id, |alarm| alarm.label = label);
                }
            }
            Message::Digits(digits) => {
                let typed = format!("{}{digits}", self.typed);
                let typed = typed.trim_start_matches('0');
                if typed.len() <= 6 {
                    self.typed = typed.to_owned();
                }
            }
            Message::Backspace => drop(self.typed.pop()),
            Message::AddTimer => (self.adding_timer, self.typed) = (true, String::new()),
            Message::StartTimer => {
                let length = timer_tab::typed_seconds(&self.typed) * 1000;
                if length > 0 {
                    store::start_timer(&cx.files, length, "", now);
                    (self.adding_timer, self.typed) = (false, String::new());
                }
            }
            Message::PauseTimer(id) => change_timer(cx, id, |timer| timer.running = !timer.running),
            Message::Minute(id) => {
                change_timer(cx, id, |timer| timer.left = timer.left.max(0).saturating_add(60_000))
            }
            Message::ResetTimer(id) => {
                change_timer(cx, id, |timer| (timer.running, timer.left) = (false, timer.length));
            }
            Message::DeleteTimer(id) => store::delete_timer(&cx.files, id),
            Message::Run => {
                let watch = store::stopwatch(&cx.files, now);
                store::set_stopwatch(&cx.files, Stopwatch { running: !watch.running, ..watch }, now);
            }
            Message::Lap => store::set_lap(&cx.files, Some(store::stopwatch(&cx.files, now).shown)),
            Message::Reset => {
                store::set_stopwatch(&cx.files, Stopwatch::default(), now);
                store::set_lap(&cx.files, None);
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        match intent.action.as_deref() {
            Some("android.intent.action.SET_ALARM") => self.set_alarm(intent, cx),
            Some("android.intent.action.SET_TIMER") => self.set_timer(intent, cx),
            Some("android.intent.action.SHOW_ALARMS" | "android.intent.action.DISMISS_ALARM") => {
                *self = Clock::default();
            }
            Some("android.intent.action.SHOW_TIMERS") => {
                *self = Clock { tab: Tab::Timer, ..Clock::default() }
            }
            _ => {}
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        let timers = !store::timers(&cx.files, cx.clock.millis()).is_empty();
        if self.picking.take().is_some() || self.naming.take().is_some() {
            return true;
        }
        if self.adding_timer && timers {
            self.adding_timer = false;
            return true;
        }
        self.expanded.take().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{:?}", self.tab)
    }
}

impl Clock {
    fn pick(&mut self, message: time_picker::Message, cx: &mut Services) {
        let Some((id, picker)) = &mut self.picking else { return };
        match picker.update(message) {
            Choice::Open => {}
            Choice::Cancelled => self.picking = None,
            Choice::Done(hour, minute) => {
                let id = *id;
                self.picking = None;
                let known = store::alarms(&cx.files).into_iter().find(|alarm| alarm.id == id);
                let alarm = match known {
                    Some(alarm) => Alarm { hour, minute, enabled: true, ..alarm },
                    None => new_alarm(hour, minute),
                };
                self.expanded = store::save_alarm(cx, &alarm);
                tell(cx, &alarm);
            }
        }
    }

    /// `AlarmClock.ACTION_SET_ALARM`: without an hour it only shows the alarms, without `SKIP_UI` it shows the new one.
    fn set_alarm(&mut self, intent: &Intent, cx: &mut Services) {
        *self = Clock::default();
        let extra = |name: &str| intent.number(&format!("android.intent.extra.alarm.{name}"));
        let Some(hour) = extra("HOUR").and_then(|hour| u32::try_from(hour).ok()).filter(|hour| *hour < 24)
        else {
            self.picking = Some((0, TimePicker::new(9, 0)));
            return;
        };
        let minute =
            extra("MINUTES").and_then(|minute| u32::try_from(minute).ok()).filter(|minute| *minute < 60);
        let days = match intent.extras.get("android.intent.extra.alarm.DAYS") {
            Some(Extra::Numbers(days)) => days.clone(),
            Some(Extra::Number(day)) => vec![*day],
            _ => Vec::new(),
        };
        // `Calendar` counts Sunday as 1; the table's bit 0 is Monday.
        let bit = |day: &i64| (1..=7).contains(day).then(|| 1 << ((day + 5) % 7));
        let alarm = Alarm {
            days: days.iter().filter_map(bit).fold(0, |days, bit| days | bit),
            vibrate: intent.extras.get("android.intent.extra.alarm.VIBRATE") != Some(&Extra::Flag(false)),
            label: intent.text("android.intent.extra.alarm.MESSAGE").unwrap_or_default(),
            ..new_alarm(hour, minute.unwrap_or(0))
        };
        let id = store::save_alarm(cx, &alarm);
        tell(cx, &alarm);
        if intent.flag("android.intent.extra.alarm.SKIP_UI") {
            cx.finish();
        } else {
            self.expanded = id;
        }
    }

    /// `AlarmClock.ACTION_SET_TIMER`: with a length and `SKIP_UI` it runs at once.
    fn set_timer(&mut self, intent: &Intent, cx: &mut Services) {
        *self = Clock { tab: Tab::Timer, ..Clock::default() };
        let length =
            intent.number("android.intent.extra.alarm.LENGTH").filter(|length| (1..=86_400).contains(length));
        match length {
            Some(length) => {
                let label = intent.text("android.intent.extra.alarm.MESSAGE").unwrap_or_default();
                store::start_timer(&cx.files, length * 1000, &label, cx.clock.millis());
                if intent.flag("android.intent.extra.alarm.SKIP_UI") {
                    cx.toast("Timer set");
                    cx.finish();
                }
            }
            None => self.adding_timer = true,
        }
    }
}

fn new_alarm(hour: u32, minute: u32) -> Alarm {
    Alarm { id: 0, hour, minute, days: 0, enabled: true, vibrate: true, label: String::new() }
}

fn change(cx: &Services, id: i64, edit: impl FnOnce(&mut Alarm)) {
    if let Some(mut alarm) = store::alarms(&cx.files).into_iter().find(|alarm| alarm.id == id) {
        edit(&mut alarm);
        store::save_alarm(cx, &alarm);
    }
}

fn change_timer(cx: &Services, id: i64, edit: impl FnOnce(&mut store::Timer)) {
    let now = cx.clock.millis();
    if let Some(mut timer) = store::timers(&cx.files, now).into_iter().find(|timer| timer.id == id) {
        edit(&mut timer);
        store::set_timer(&cx.files, &timer, now);
    }
}

fn tell(cx: &mut Services, alarm: &Alarm) {
    let now = cx.clock.now();
    let Some(when) = alarm.next(now) else { return };
    let minutes = ((when - now).num_seconds() + 59) / 60;
    let amount = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let parts: Vec<String> = [(minutes / 1440, "day"), (minutes / 60 % 24, "hour"), (minutes % 60, "minute")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| amount(count, unit))
        .collect();
    cx.toast(format!("Alarm set for {} from now.", parts.join(" and ")));
}

fn time(cx: &Services) -> View<Message> {
    let now = cx.clock.now();
    let next = store::next_alarm(&cx.files, now);
    let mut parts = vec![
        text(now.format("%-I:%M %p").to_string()).id("digital_clock").ink(60, Tone::Text),
        text(now.format("%a, %b %-d").to_string()).id("date").ink(18, Tone::Dim),
    ];
    if let Some((_, when)) = next {
        let label = format!("Next alarm: {}", when.format("%a %-I:%M %p"));
        parts.push(text(label).id("nextAlarm").ink(16, Tone::Primary));
    }
    let up = format!("Running for {}", duration(cx.clock.up()));
    parts.push(text(up).id("uptime").ink(14, Tone::Dim));
    column(parts).pad(28, 28).gap(8)
}
