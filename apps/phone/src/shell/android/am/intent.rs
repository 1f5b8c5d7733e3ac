//! An intent as `am` reads it from its arguments.

use super::super::arguments::Arguments;
use crate::system::intent::{Component, Extra, Intent};

/// What stands in the arguments.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The intent.
    pub(super) intent: Intent,
    /// `-W`: wait, and tell how long it took.
    pub(super) wait: bool,
    /// `-S`: end the app first.
    pub(super) stop: bool,
}

/// Reads them.
pub(super) fn parse(args: &[String]) -> Result<Parsed, String> {
    let mut left = Arguments::new(args);
    let mut parsed = Parsed::default();
    let intent = &mut parsed.intent;
    while let Some(option) = left.option() {
        let mut value = || left.next().ok_or_else(|| format!("Argument expected after \"{option}\""));
        match option {
            "-W" => parsed.wait = true,
            "-S" => parsed.stop = true,
            "-a" => intent.action = Some(value()?.to_owned()),
            "-d" => intent.data = Some(value()?.to_owned()),
            "-t" => intent.mime = Some(value()?.to_owned()),
            "-c" => intent.categories.push(value()?.to_owned()),
            "-p" => intent.package = Some(value()?.to_owned()),
            "-n" => intent.component = Some(component(value()?)?),
            "-f" => intent.flags = number(value()?)? as u32,
            "-e" | "--es" => {
                let name = value()?.to_owned();
                intent.extras.insert(name, Extra::Text(value()?.to_owned()));
            }
            "--esn" => {
                value()?;
            }
            "--ez" => {
                let name = value()?.to_owned();
                let flag = match value()? {
                    "true" | "t" => true,
                    "false" | "f" => false,
                    other => number(other).map(|number| number != 0)?,
                };
                intent.extras.insert(name, Extra::Flag(flag));
            }
            "--ei" | "--el" => {
                let name = value()?.to_owned();
                intent.extras.insert(name, Extra::Number(number(value()?)?));
            }
            "--ef" | "--ed" => {
                let name = value()?.to_owned();
                let real = value()?;
                let real = real.parse().map_err(|_| format!("For input string: \"{real}\""))?;
                intent.extras.insert(name, Extra::Real(real));
            }
            "--eu" => {
                let name = value()?.to_owned();
                intent.extras.insert(name, Extra::Text(value()?.to_owned()));
            }
            "--eia" | "--eial" | "--ela" | "--elal" => {
                let name = value()?.to_owned();
                let numbers =
                    value()?.split(',').map(|part| number(part.trim())).collect::<Result<_, _>>()?;
                intent.extras.insert(name, Extra::Numbers(numbers));
            }
            "--esa" | "--esal" => {
                let name = value()?.to_owned();
                let texts = value()?.split(',').map(str::to_owned).collect();
                intent.extras.insert(name, Extra::Texts(texts));
            }
            "--user" | "--display" | "--windowingMode" | "--receiver-permission" | "-R" | "--task" => {
                value()?;
            }
            "-D"
            | "-N"
            | "--activity-clear-top"
            | "--activity-clear-task"
            | "--activity-single-top"
            | "--activity-brought-to-front"
            | "--activity-new-task"
            | "--grant-read-uri-permission"
            | "--grant-write-uri-permission"
            | "--include-stopped-packages"
            | "--exclude-stopped-packages"
            | "--activity-reset-task-if-needed"
            | "--activity-no-history"
            | "--async"
            | "-r"
            | "-w" => {}
            other => return Err(format!("Unknown option: {other}")),
        }
    }
    if let Some(target) = left.next() {
        positional(intent, target)?;
    }
    if intent.action.is_none()
        && intent.data.is_none()
        && intent.component.is_none()
        && intent.package.is_none()
    {
        return Err("Intent can't be empty".to_owned());
    }
    Ok(parsed)
}

/// The last argument is a component, an address, or a package to start.
fn positional(intent: &mut Intent, target: &str) -> Result<(), String> {
    if target.contains(':') {
        intent.data = Some(target.to_owned());
        intent.action.get_or_insert_with(|| "android.intent.action.VIEW".to_owned());
    } else if target.contains('/') {
        intent.component = Some(component(target)?);
    } else {
        intent.package = Some(target.to_owned());
        if intent.action.is_none() {
            intent.action = Some("android.intent.action.MAIN".to_owned());
            intent.categories.push("android.intent.category.LAUNCHER".to_owned());
        }
    }
    Ok(())
}

fn component(text: &str) -> Result<Component, String> {
    Component::parse(text).ok_or_else(|| format!("Bad component name: {text}"))
}

fn number(text: &str) -> Result<i64, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("For input string: \"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let found = parse(&args).map_or_else(|error| error, |parsed| parsed.intent.to_string());
        assert_eq!(found, expected);
    }

    #[test]
    fn intents_are_read() {
        check(
            "-W -a android.intent.action.SET_ALARM --ei android.intent.extra.alarm.HOUR 7 --ez x true",
            "Intent { act=android.intent.action.SET_ALARM (has extras) }",
        );
        check("-n com.a/.B", "Intent { cmp=com.a/.B }");
        check("com.a/.B", "Intent { cmp=com.a/.B }");
        check("tel:555", "Intent { act=android.intent.action.VIEW dat=tel:xxx }");
        check(
            "com.a",
            "Intent { act=android.intent.action.MAIN cat=[android.intent.category.LAUNCHER] pkg=com.a }",
        );
        check("-n bad", "Bad component name: bad");
        check("--ei a b", "For input string: \"b\"");
        check("-a", "Argument expected after \"-a\"");
        check("--bogus", "Unknown option: --bogus");
        check("-W", "Intent can't be empty");
    }
}
