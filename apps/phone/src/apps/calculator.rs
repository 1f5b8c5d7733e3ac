//! The calculator: a keypad, what is computed, and what was computed before.

pub mod expression;
pub mod history;

use self::expression::{Error, evaluate, grouped, written};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{app_bar, column, confirm, icon_button, row, text};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.android.calculator2.Calculator";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.calculator".to_owned(),
        label: "Calculator".to_owned(),
        icon: Icon::Calculator,
        system: true,
        color: (0x4a, 0x5a, 0x78),
        version: "8.4".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter {
                    categories: &["android.intent.category.APP_CALCULATOR"],
                    ..Filter::action(&["android.intent.action.MAIN"])
                },
            ],
        }],
        permissions: &[],
        launch: launch::<Calculator>(),
        setup: |cx| history::DATABASE.create(&cx.files),
    }
}

/// Letters that a formula may have; more fit on no screen.
const LONGEST: usize = 100;

/// The calculator.
#[derive(Debug, Default)]
pub struct Calculator {
    formula: String,
    /// The formula is the result of the one before it.
    done: bool,
    error: Option<Error>,
    history: bool,
    clearing: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// A digit, an operator, a point, a percent sign.
    Key(char),
    /// Open or close parentheses.
    Parens,
    /// Remove the last letter.
    Delete,
    /// Remove all.
    Clear,
    /// Compute.
    Equals,
    /// Show what was computed before.
    History,
    /// Take a result of the history.
    Use(String),
    /// Ask whether to forget the history.
    AskClear,
    /// The answer.
    Forget(bool),
    /// One screen back.
    Up,
}

/// Operators between two values.
const OPERATORS: [char; 4] = ['+', '−', '×', '÷'];

impl App for Calculator {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let question = self.clearing.then(|| {
            confirm("Clear history and memory?", "", "Clear", Message::Forget(false), Message::Forget(true))
        });
        Scene::from(if self.history { history::view(cx) } else { self.keypad() }).dialog(question)
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Key(key) => self.press(key),
            Message::Parens => {
                let count = |wanted| self.formula.chars().filter(|letter| *letter == wanted).count();
                let closes = count('(') > count(')') && self.ends_in_value();
                self.press(if closes { ')' } else { '(' });
            }
            Message::Delete => {
                self.begin(false);
                self.formula.pop();
            }
            Message::Clear => *self = Calculator::default(),
            Message::Equals => self.compute(cx),
            Message::History => self.history = true,
            Message::Use(result) => {
                self.history = false;
                self.begin(false);
                if self.ends_in_value() {
                    self.formula.clear();
                }
                self.formula.push_str(&result);
            }
            Message::AskClear => self.clearing = true,
            Message::Forget(yes) => {
                self.clearing = false;
                if yes {
                    history::forget(&cx.files);
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        std::mem::take(&mut self.clearing) || std::mem::take(&mut self.history)
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("history {}", self.history)
    }
}

impl Calculator {
    /// A key begins something new; after a result it goes on with it, or leaves it for another number.
    fn begin(&mut self, number: bool) {
        self.error = None;
        if std::mem::take(&mut self.done) && number {
            self.formula.clear();
        }
    }

    fn ends_in_value(&self) -> bool {
        self.formula.ends_with(|letter: char| letter.is_ascii_digit() || ".)%".contains(letter))
    }

    fn press(&mut self, key: char) {
        self.begin(key.is_ascii_digit() || key == '.' || key == '(');
        if self.formula.chars().count() >= LONGEST {
            return;
        }
        let number = self.formula.rsplit(|letter: char| !letter.is_ascii_digit() && letter != '.').next();
        let fits = match key {
            '.' => !number.unwrap_or_default().contains('.') && !self.formula.ends_with([')', '%']),
            '%' | ')' => self.ends_in_value(),
            // A minus may begin a number; any other operator takes the place of the one before.
            '−' => {
                if self.formula.ends_with(['+', '−']) {
                    self.formula.pop();
                }
                true
            }
            '+' | '×' | '÷' => {
                while self.formula.ends_with(OPERATORS) {
                    self.formula.pop();
                }
                self.ends_in_value()
            }
            '(' => true,
            _ => !self.formula.ends_with([')', '%']),
        };
        if fits {
            self.formula.push(key);
        }
    }

    fn compute(&mut self, cx: &Services) {
        if self.formula.is_empty() || self.done {
            return;
        }
        match evaluate(&self.formula) {
            Ok(value) => {
                let result = written(value);
                history::add(&cx.files, &self.formula, &result, cx.clock.millis());
                (self.formula, self.done) = (result, true);
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// What stands below the formula: an error, or what it comes to so far.
    fn preview(&self) -> String {
        if let Some(error) = self.error {
            return error.message().to_owned();
        }
        let computes =
            self.formula.chars().skip(1).any(|letter| OPERATORS.contains(&letter) || letter == '%');
        let value = evaluate(&self.formula).ok().filter(|_| computes && !self.done);
        value.map_or_else(String::new, |value| grouped(&written(value)))
    }

    fn keypad(&self) -> View<Message> {
        let shown = grouped(&self.formula);
        let size = match shown.chars().count() {
            0..=10 => 60,
            11..=16 => 42,
            _ => 30,
        };
        let id = if self.done { "result_final" } else { "formula" };
        let tone = if self.error.is_some() { Tone::Danger } else { Tone::Dim };
        let right = |view: View<Message>| view.wide().style(|s| s.cross = Align::End);
        let display = column(vec![
            right(text(shown).id(id).ink(size, Tone::Text).lines(4)),
            right(text(self.preview()).id("result_preview").ink(30, tone).lines(1)),
        ])
        .id("display")
        .wide()
        .tall()
        .gap(12)
        .pad(28, 20)
        .style(|s| s.main = Align::End);
        let top =
            app_bar(None, "", vec![icon_button(Icon::History, "History", Message::History).id("history")]);
        column(vec![top, display, column(keys()).id("pad").wide().gap(8).pad(12, 12).fill(Tone::Surface, 0)])
    }
}

fn keys() -> Vec<View<Message>> {
    let digit = |digit: char| key(&digit.to_string(), &format!("digit_{digit}"), "", Message::Key(digit));
    let operator = |sign: char, id: &str, name: &str| {
        key(&sign.to_string(), id, name, Message::Key(sign))
            .fill(Tone::Container, 28)
            .ink(28, Tone::OnContainer)
    };
    let special = |view: View<Message>| view.fill(Tone::SurfaceHigh, 28).ink(24, Tone::Primary);
    let mut delete = icon_button(Icon::Delete, "delete", Message::Delete).id("del");
    delete = delete.wide().style(|s| s.height = Size::Dp(72)).fill(Tone::SurfaceHigh, 28);
    let lines = vec![
        vec![
            special(key("AC", "clr", "clear", Message::Clear)),
            special(key("( )", "parens", "parentheses", Message::Parens)),
            special(key("%", "op_pct", "percent", Message::Key('%'))),
            operator('÷', "op_div", "divide"),
        ],
        vec![digit('7'), digit('8'), digit('9'), operator('×', "op_mul", "multiply")],
        vec![digit('4'), digit('5'), digit('6'), operator('−', "op_sub", "minus")],
        vec![digit('1'), digit('2'), digit('3'), operator('+', "op_add", "plus")],
        vec![
            digit('0'),
            key(".", "dec_point", "point", Message::Key('.')),
            delete,
            key("=", "eq", "equals", Message::Equals).fill(Tone::Primary, 28).ink(28, Tone::OnPrimary),
        ],
    ];
    lines.into_iter().map(|line| row(line).wide().gap(8)).collect()
}

fn key(label: &str, id: &str, name: &str, message: Message) -> View<Message> {
    let mut view = text(label)
        .id(id)
        .describe(name)
        .tap(message)
        .wide()
        .centered()
        .fill(Tone::Background, 28)
        .ink(26, Tone::Text)
        .style(|s| s.height = Size::Dp(72));
    view.class = "android.widget.Button".into();
    view
}
