//! `dumpsys`: the state of services, in the lines that clients look for.

mod display;
mod package;
mod window;

use std::io::{self, Write};

use crate::apps::clock::store;
use crate::shell::Context;
use crate::system::System;
use crate::system::settings::Namespace;
use crate::system::telephony::CallState;
use crate::ui::keyboard;

/// Services that there are, by name.
pub(super) const SERVICES: [&str; 17] = [
    "SurfaceFlinger",
    "activity",
    "alarm",
    "battery",
    "deviceidle",
    "display",
    "input",
    "input_method",
    "lock_settings",
    "meminfo",
    "notification",
    "package",
    "power",
    "statusbar",
    "telephony.registry",
    "wifi",
    "window",
];

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut words: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Some(at) = words.iter().position(|word| *word == "-t" || *word == "-T") {
        words.drain(at..words.len().min(at + 2));
    }
    let text = match words.split_first() {
        None | Some((&"-l", _)) => {
            format!("Currently running services:\n{}", SERVICES.map(|name| format!("  {name}\n")).concat())
        }
        Some((service, rest)) => match service_text(&ctx.device().system(), service, rest) {
            Some(text) => text,
            None => {
                writeln!(ctx.err, "Can't find service: {service}")?;
                return Ok(0);
            }
        },
    };
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}

/// `pm dump`.
pub(super) fn package(ctx: &mut Context<'_>, name: &str) -> io::Result<i32> {
    let text = package::dump(&ctx.device().system(), name);
    ctx.out.write_all(text.as_bytes())?;
    Ok(0)
}

/// `cmd display get-displays`.
pub(super) fn displays(ctx: &mut Context<'_>) -> io::Result<i32> {
    ctx.out.write_all(display::get_displays().as_bytes())?;
    Ok(0)
}

fn service_text(system: &System, service: &str, rest: &[&str]) -> Option<String> {
    let settings = &system.services.settings;
    Some(match service {
        "window" => window::window(system, rest.first().copied().unwrap_or_default()),
        "activity" => window::activity(system, rest.first().copied().unwrap_or_default()),
        "display" => display::display(system.awake()),
        "SurfaceFlinger" => display::surface_flinger(rest),
        "input" => display::INPUT.to_owned(),
        "package" => package::dump(system, rest.first().copied().unwrap_or_default()),
        "input_method" => input_method(system),
        "battery" => "Current Battery Service state:\n  AC powered: false\n  USB powered: true\n  Wireless powered: false\n  \
                      Max charging current: 0\n  Max charging voltage: 0\n  Charge counter: 10000\n  status: 4\n  health: 2\n  \
                      present: true\n  level: 100\n  scale: 100\n  voltage: 5000\n  temperature: 250\n  technology: Li-ion\n"
            .to_owned(),
        "power" => {
            let (wakefulness, holding) = if system.awake() { ("Awake", true) } else { ("Asleep", false) };
            format!(
                "POWER MANAGER (dumpsys power)\n\nPower Manager State:\n  mWakefulness={wakefulness}\n  mIsPowered=true\n  \
                 mPlugType=2\n  mBatteryLevel=100\n  mHoldingDisplaySuspendBlocker={holding}\nDisplay Power: state={}\n",
                if system.awake() { "ON" } else { "OFF" }
            )
        }
        "telephony.registry" => {
            let state = match system.services.call.as_ref().map(|call| call.state) {
                None => 0,
                Some(CallState::Ringing) => 1,
                Some(CallState::Active) => 2,
            };
            let number = system.services.call.as_ref().map_or("", |call| call.number.as_str());
            format!(
                "last known state:\n  Phone Id=0\n    mCallState={state}\n    mRingingCallState={}\n    \
                 mForegroundCallState={}\n    mCallIncomingNumber={number}\n    mServiceState={{mVoiceRegState=0(IN_SERVICE)}}\n    \
                 mDataConnectionState=2\n",
                i32::from(state == 1) * 5,
                i32::from(state == 2)
            )
        }
        "lock_settings" => {
            let kind = settings.get(Namespace::Secure, super::locksettings::KIND);
            format!(
                "Current lock settings service state:\n\nUser State:\n  User 0\n    Quality: 0\n    CredentialType: {}\n",
                kind.as_deref().unwrap_or("NONE")
            )
        }
        "alarm" => alarm(system),
        "notification" => notification(system),
        "wifi" => {
            let on = settings.on(Namespace::Global, "wifi_on");
            format!("Wi-Fi is {}\n", if on { "enabled" } else { "disabled" })
        }
        "statusbar" => "  mExpandedVisible=false\n".to_owned(),
        "deviceidle" => "  Whitelist (except idle) system apps:\n".to_owned(),
        "meminfo" => "Total RAM: 4,026,104K (status normal)\n".to_owned(),
        _ => return None,
    })
}

fn input_method(system: &System) -> String {
    let shown = system.keyboard_shown();
    let served = system.activities().focused().is_some();
    format!(
        "Current Input Method Manager state:\n  Input Methods: mMethodMapUpdateCount=0\n  InputMethod #0:\n    {0}:\n      \
         mId={0} mSettingsActivityName=null\n  mCurMethodId={0}\n  mCurId={0} mHaveConnection=true mBoundToMethod=true \
         mVisibleBound=true\n  mShowRequested={shown} mShowExplicitlyRequested=false mShowForced=false mInputShown={shown}\n  \
         mServedView={1}\n  mIsInputViewShown={shown} mWindowVisible={shown} mInputViewStarted={shown}\n",
        keyboard::ID,
        if served { "android.widget.EditText" } else { "null" }
    )
}

fn alarm(system: &System) -> String {
    let now = system.now();
    let mut out = format!(
        "Current Alarm Manager state:\n  nowRTC={}={} nowELAPSED={}\n",
        now.timestamp_millis(),
        now.format("%F %T.000"),
        system.services.clock.up()
    );
    match store::next_alarm(&system.services.files, now) {
        Some((alarm, when)) => out.push_str(&format!(
            "\n  1 pending alarms:\n    RTC_WAKEUP #1: Alarm{{{:x} type 0 origWhen {when} whenElapsed 0 \
             com.google.android.deskclock}}\n      tag=*walarm*:com.android.deskclock.ALARM_ALERT\n      type=RTC_WAKEUP \
             origWhen={time} window=0 repeatInterval=0 count=0 flags=0x3\n      Alarm clock:\n        triggerTime={time}\n        \
             label={label}\n\n  Next alarm clock information: \n    user:0 pendingSend:false time:{when} = {time}\n",
            alarm.id,
            when = when.timestamp_millis(),
            time = when.format("%F %T"),
            label = alarm.label,
        )),
        None => out.push_str("\n  0 pending alarms:\n\n  Next alarm clock information: \n"),
    }
    out
}

fn notification(system: &System) -> String {
    let mut out = "Current Notification Manager state:\n  Notification List:\n".to_owned();
    for shown in system.services.notifications.shown() {
        out.push_str(&format!(
            "    NotificationRecord(0x{id:08x}: pkg={package} user=UserHandle{{0}} id={id} tag=null importance=4 \
             key=0|{package}|{id}|null|{uid}: Notification(channel=default flags=0x10))\n      extras={{\n          \
             android.title=String ({title})\n          android.text=String ({text})\n      }}\n      when={when}\n",
            id = shown.id,
            package = shown.package,
            uid = system.services.packages.uid(&shown.package),
            title = shown.title,
            text = shown.text.replace('\n', " "),
            when = shown.when,
        ));
    }
    out
}
