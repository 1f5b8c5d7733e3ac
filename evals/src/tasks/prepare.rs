//! Making a phone ready for a task.

use super::environment::{Environment, quote};
use super::fact::{Alarm, Fact, Switch};
use super::state::{CLOCK, CONTACTS, Today};
use crate::EvalError;

/// What has to be so before a task begins.
#[derive(Debug, Clone)]
pub enum Setup {
    /// A fact is true.
    Holds(Fact),
    /// A message has come in.
    Received {
        /// From whom.
        from: String,
        /// What it says.
        text: String,
    },
}

impl Setup {
    /// Makes it so.
    ///
    /// # Errors
    /// [`EvalError`] if the phone does not answer or refuses.
    pub async fn apply(&self, environment: &Environment<'_>, today: Today) -> Result<(), EvalError> {
        match self {
            Self::Received { from, text } => environment.receive_sms(from, text).await,
            Self::Holds(Fact::Alarm(alarm)) => set_alarm(environment, alarm).await,
            Self::Holds(Fact::Timer { seconds }) => {
                let intent = "android.intent.action.SET_TIMER --ez android.intent.extra.alarm.SKIP_UI true";
                let length = format!("--ei android.intent.extra.alarm.LENGTH {seconds}");
                environment.shell(&format!("am start -a {intent} {length}")).await.map(drop)
            }
            Self::Holds(Fact::Switch { switch, on }) => turn(environment, *switch, *on).await,
            Self::Holds(Fact::Brightness { level }) => {
                let put = "settings put system screen_brightness";
                environment.shell(&format!("{put}_mode 0; {put} {level}")).await.map(drop)
            }
            Self::Holds(Fact::Contact { name, number }) => add_contact(environment, name, number).await,
            Self::Holds(Fact::Sent { to, text }) => {
                let binds = format!("--bind address:s:{} --bind body:s:{}", quote(to), quote(text));
                let insert = format!("content insert --uri content://sms/sent {binds}");
                environment.shell(&insert).await.map(drop)
            }
            Self::Holds(Fact::Event { title, day, minute }) => {
                add_event(environment, title, today.millis(*day, *minute)).await
            }
        }
    }
}

async fn set_alarm(environment: &Environment<'_>, alarm: &Alarm) -> Result<(), EvalError> {
    let Alarm { hour, minute, on, days, label } = alarm;
    let extra = "android.intent.extra.alarm";
    let mut intent = format!(
        "am start -a android.intent.action.SET_ALARM --ei {extra}.HOUR {hour} --ei {extra}.MINUTES {minute} \
         --ez {extra}.SKIP_UI true"
    );
    if !label.is_empty() {
        intent += &format!(" --es {extra}.MESSAGE {}", quote(label));
    }
    // Java's calendar counts from Sunday = 1.
    let named: Vec<String> =
        (0..7).filter(|day| days & (1 << day) != 0).map(|day| (((day + 1) % 7) + 1).to_string()).collect();
    if !named.is_empty() {
        intent += &format!(" --eial {extra}.DAYS {}", named.join(","));
    }
    environment.shell(&intent).await?;
    if !on {
        // No intent switches an alarm off. The clock must not be running while its table changes.
        environment.leave_apps().await?;
        let sql =
            format!("UPDATE alarm_templates SET enabled = 0 WHERE hour = {hour} AND minutes = {minute}");
        environment.execute(CLOCK, &sql).await?;
    }
    Ok(())
}

async fn turn(environment: &Environment<'_>, switch: Switch, on: bool) -> Result<(), EvalError> {
    let command = match (switch, on) {
        (Switch::Wifi, true) => "svc wifi enable",
        (Switch::Wifi, false) => "svc wifi disable",
        (Switch::Bluetooth, true) => "svc bluetooth enable",
        (Switch::Bluetooth, false) => "svc bluetooth disable",
        (Switch::AirplaneMode, true) => "cmd connectivity airplane-mode enable",
        (Switch::AirplaneMode, false) => "cmd connectivity airplane-mode disable",
        (Switch::DoNotDisturb, true) => "cmd notification set_dnd priority",
        (Switch::DoNotDisturb, false) => "cmd notification set_dnd off",
        (Switch::DarkMode, true) => "cmd uimode night yes",
        (Switch::DarkMode, false) => "cmd uimode night no",
    };
    environment.shell(command).await.map(drop)
}

async fn add_contact(environment: &Environment<'_>, name: &str, number: &str) -> Result<(), EvalError> {
    let insert = "content insert --uri content://com.android.contacts";
    // A row needs a value; this one leaves it without an account, on the phone alone.
    environment.shell(&format!("{insert}/raw_contacts --bind starred:i:0")).await?;
    let newest = environment.select(CONTACTS, "SELECT max(_id) FROM raw_contacts").await?;
    let id = newest.first().and_then(|row| row.first()).cloned().unwrap_or_default();
    for (mime, value) in [("name", name), ("phone_v2", number)] {
        environment
            .shell(&format!(
                "{insert}/data --bind raw_contact_id:i:{id} --bind mimetype:s:vnd.android.cursor.item/{mime} \
                 --bind data1:s:{}",
                quote(value)
            ))
            .await?;
    }
    Ok(())
}

async fn add_event(environment: &Environment<'_>, title: &str, start: i64) -> Result<(), EvalError> {
    let end = start + 3_600_000;
    environment
        .shell(&format!(
            "content insert --uri content://com.android.calendar/events --bind calendar_id:i:1 \
             --bind eventTimezone:s:UTC --bind title:s:{} --bind dtstart:l:{start} --bind dtend:l:{end}",
            quote(title)
        ))
        .await
        .map(drop)
}
