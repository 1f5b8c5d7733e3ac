//! `input`: fingers and keys.

use std::io::{self, Write};
use std::sync::Arc;

use crate::shell::Context;
use crate::system::System;
use crate::system::key::KeyCode;

const USAGE: &str = "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The sources are: 
      touchnavigation
      touchscreen
      joystick
      stylus
      touchpad
      gamepad
      dpad
      mouse
      keyboard
      trackball
      rotaryencoder

-d: specify the display ID.
      (Default: -1 for key event, 0 for motion event if not specified.)
The commands and default sources are:
      text <string> (Default: touchscreen)
      keyevent [--longpress|--doubletap] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      press (Default: trackball)
      roll <dx> <dy> (Default: trackball)
      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)
      keycombination [-t duration(ms)] <key code 1> <key code 2> ... (Default: keyboard)
";

const SOURCES: [&str; 11] = [
    "touchnavigation",
    "touchscreen",
    "joystick",
    "stylus",
    "touchpad",
    "gamepad",
    "dpad",
    "mouse",
    "keyboard",
    "trackball",
    "rotaryencoder",
];

/// How long a swipe takes if the command does not say, in milliseconds.
const SWIPE: i64 = 300;

/// What is wrong with a command.
enum Fault {
    Unknown,
    Arguments,
    Number(String),
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut args = args;
    if args.first().is_some_and(|first| SOURCES.contains(&first.as_str())) {
        args = &args[1..];
    }
    if args.first().is_some_and(|first| first == "-d") {
        args = args.get(2..).unwrap_or_default();
    }
    let Some((command, values)) = args.split_first() else {
        ctx.err.write_all(USAGE.as_bytes())?;
        return Ok(255);
    };
    let done = act(&mut ctx.device().system(), command, values);
    match done {
        Ok(()) => return Ok(0),
        Err(Fault::Unknown) => writeln!(ctx.err, "Error: Unknown command: {command}")?,
        Err(Fault::Arguments) => writeln!(ctx.err, "Error: Invalid arguments for command: {command}")?,
        Err(Fault::Number(text)) => {
            writeln!(
                ctx.err,
                "\nException occurred while executing '{command}':\njava.lang.NumberFormatException: For input string: \"{text}\""
            )?;
            return Ok(255);
        }
    }
    ctx.err.write_all(USAGE.as_bytes())?;
    Ok(255)
}

fn act(system: &mut System, command: &str, values: &[String]) -> Result<(), Fault> {
    match command {
        "tap" => {
            let [x, y] = pixels(values)?;
            system.tap(x, y);
        }
        "swipe" | "draganddrop" => {
            let (points, duration) = values.split_at_checked(4).ok_or(Fault::Arguments)?;
            let [x1, y1, x2, y2] = pixels(points)?;
            let millis = match duration {
                [] => SWIPE,
                [one] => i64::from(pixel(one)?),
                _ => return Err(Fault::Arguments),
            };
            system.swipe((x1, y1), (x2, y2), millis);
        }
        "text" => {
            let [text] = values else { return Err(Fault::Arguments) };
            let faults = Arc::clone(system.services.files.faults());
            let typed: String = text.replace("%s", " ").chars().filter(|_| !faults.loses_key()).collect();
            system.type_text(&typed);
        }
        "keyevent" => keys(system, values)?,
        "keycombination" => combination(system, values)?,
        "motionevent" => {
            let (kind, point) = values.split_first().ok_or(Fault::Arguments)?;
            let [x, y] = pixels(point)?;
            motion(system, kind, x, y)?;
        }
        "press" => {}
        "roll" => drop(pixels::<2>(values)?),
        _ => return Err(Fault::Unknown),
    }
    Ok(())
}

fn pixel(text: &str) -> Result<i32, Fault> {
    let value: f32 = text.parse().map_err(|_| Fault::Number(text.to_owned()))?;
    // Far outside the display is as good as any place outside it.
    Ok(value.clamp(-100_000.0, 100_000.0) as i32)
}

fn pixels<const N: usize>(values: &[String]) -> Result<[i32; N], Fault> {
    let values: &[String; N] = values.try_into().map_err(|_| Fault::Arguments)?;
    let mut out = [0; N];
    for (out, value) in out.iter_mut().zip(values) {
        *out = pixel(value)?;
    }
    Ok(out)
}

/// A code that the parser does not know is no error to Android: it sends a key that nothing answers.
fn key(text: &str) -> Result<Option<KeyCode>, Fault> {
    KeyCode::parse(text).ok_or_else(|| Fault::Number(text.to_owned()))
}

fn keys(system: &mut System, values: &[String]) -> Result<(), Fault> {
    let values = match values.split_first() {
        Some((first, rest)) if first.starts_with("--") => rest,
        _ => values,
    };
    if values.is_empty() {
        return Err(Fault::Arguments);
    }
    for value in values {
        if let Some(code) = key(value)?
            && !system.services.files.faults().loses_key()
        {
            system.key(code);
        }
    }
    Ok(())
}

/// Keys at once: control and shift change what the others do.
fn combination(system: &mut System, values: &[String]) -> Result<(), Fault> {
    let values = match values.split_first() {
        Some((first, rest)) if first == "-t" => rest.get(1..).unwrap_or_default(),
        _ => values,
    };
    if values.len() < 2 {
        return Err(Fault::Arguments);
    }
    let control = |name: &str| {
        matches!(name.trim_start_matches("KEYCODE_"), "113" | "114" | "CTRL_LEFT" | "CTRL_RIGHT")
    };
    let shift = |name: &str| {
        matches!(name.trim_start_matches("KEYCODE_"), "59" | "60" | "SHIFT_LEFT" | "SHIFT_RIGHT")
    };
    let (with_control, with_shift) =
        (values.iter().any(|value| control(value)), values.iter().any(|value| shift(value)));
    for value in values {
        let Some(code) = key(value)? else { continue };
        system.key(code.held(with_control, with_shift));
    }
    Ok(())
}

fn motion(system: &mut System, kind: &str, x: i32, y: i32) -> Result<(), Fault> {
    match kind.to_ascii_uppercase().as_str() {
        "DOWN" => system.finger_down(x, y),
        "MOVE" => system.finger_move(),
        "UP" => system.finger_up(x, y),
        "CANCEL" => system.finger_cancel(),
        _ => return Err(Fault::Arguments),
    }
    Ok(())
}
