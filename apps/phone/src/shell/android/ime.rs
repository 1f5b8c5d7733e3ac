//! `ime`: the keyboards.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::settings::Namespace;
use crate::ui::keyboard::ID;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let words: Vec<&str> =
        args.iter().map(String::as_str).filter(|word| !word.starts_with("--user")).collect();
    match words.as_slice() {
        ["list", options @ ..] => {
            if options.iter().any(|option| option.contains('s')) {
                writeln!(ctx.out, "{ID}")?;
            } else {
                writeln!(
                    ctx.out,
                    "{ID}:\n  mId={ID} mSettingsActivityName=null mIsVrOnly=false mSupportsSwitchingToNextInputMethod=true"
                )?;
            }
        }
        ["enable", id] if *id == ID => writeln!(ctx.out, "Input method {id}: already enabled for user #0")?,
        ["set", id] if *id == ID => writeln!(ctx.out, "Input method {id} selected for user #0")?,
        ["disable", id] if *id == ID => writeln!(ctx.out, "Input method {id}: now disabled for user #0")?,
        ["reset"] => {
            ctx.device().system().services.settings.put(Namespace::Secure, "default_input_method", ID);
            writeln!(
                ctx.out,
                "Reset current and enabled IMEs for user #0\n  Newly selected: {ID}\n  Newly enabled:\n    {ID}"
            )?;
        }
        ["enable" | "set" | "disable", id] => {
            writeln!(
                ctx.err,
                "Unknown input method {id} cannot be {} for user #0",
                if words[0] == "set" { "selected" } else { "enabled" }
            )?;
            return Ok(255);
        }
        _ => {
            writeln!(
                ctx.err,
                "ime <command>:\n  list [-a] [-s]\n  enable <ID>\n  disable <ID>\n  set <ID>\n  reset"
            )?;
            return Ok(255);
        }
    }
    Ok(0)
}
