//! `true`, `false`, `test`.

use std::{
    io::{self, Write},
    os::unix::fs::PermissionsExt,
};

use crate::shell::Context;

pub(super) fn yes(_: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    Ok(0)
}

pub(super) fn no(_: &mut Context<'_>, _: &[String]) -> io::Result<i32> {
    Ok(1)
}

/// `[ .. ]`
pub(super) fn bracket(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    match args.split_last() {
        Some((last, args)) if last == "]" => test(ctx, args),
        _ => missing(ctx, "]"),
    }
}

/// `[[ .. ]]`, without patterns.
pub(super) fn double_bracket(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    match args.split_last() {
        Some((last, args)) if last == "]]" => test(ctx, args),
        _ => missing(ctx, "]]"),
    }
}

fn missing(ctx: &mut Context<'_>, bracket: &str) -> io::Result<i32> {
    writeln!(ctx.err, "/system/bin/sh: [: missing {bracket}")?;
    Ok(2)
}

pub(super) fn test(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match any(ctx, &args) {
        Some(truth) => Ok(i32::from(!truth)),
        None => {
            writeln!(ctx.err, "/system/bin/sh: test: unexpected operator/operand")?;
            Ok(2)
        }
    }
}

/// `-o` binds weaker than `-a`; `None` is a syntax error.
fn any(ctx: &Context<'_>, args: &[&str]) -> Option<bool> {
    args.split(|arg| matches!(*arg, "-o" | "||"))
        .map(|part| all(ctx, part))
        .try_fold(false, |sum, one| Some(sum | one?))
}

fn all(ctx: &Context<'_>, args: &[&str]) -> Option<bool> {
    args.split(|arg| matches!(*arg, "-a" | "&&"))
        .map(|part| one(ctx, part))
        .try_fold(true, |sum, one| Some(sum & one?))
}

fn one(ctx: &Context<'_>, args: &[&str]) -> Option<bool> {
    match args {
        [] => Some(false),
        [text] => Some(!text.is_empty()),
        ["!", text] => Some(text.is_empty()),
        ["!", a, b] => unary(ctx, a, b).map(|truth| !truth),
        ["!", a, b, c] => binary(a, b, c).map(|truth| !truth),
        [a, b] => unary(ctx, a, b),
        [a, b, c] => binary(a, b, c),
        _ => None,
    }
}

fn unary(ctx: &Context<'_>, operator: &str, value: &str) -> Option<bool> {
    let metadata = || ctx.host_path(value).and_then(|host| host.metadata()).ok();
    Some(match operator {
        "-n" => !value.is_empty(),
        "-z" => value.is_empty(),
        "-e" | "-a" => metadata().is_some(),
        "-f" => metadata().is_some_and(|found| found.is_file()),
        "-d" => metadata().is_some_and(|found| found.is_dir()),
        "-s" => metadata().is_some_and(|found| found.len() > 0),
        "-r" | "-w" => metadata().is_some(),
        "-x" => metadata().is_some_and(|found| found.permissions().mode() & 0o111 != 0),
        "-L" | "-h" => ctx.host_path(value).is_ok_and(|host| host.is_symlink()),
        _ => return None,
    })
}

fn binary(left: &str, operator: &str, right: &str) -> Option<bool> {
    let numbers = || Some((left.trim().parse::<i64>().ok()?, right.trim().parse::<i64>().ok()?));
    Some(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "-eq" => numbers().is_some_and(|(left, right)| left == right),
        "-ne" => numbers().is_some_and(|(left, right)| left != right),
        "-lt" => numbers().is_some_and(|(left, right)| left < right),
        "-le" => numbers().is_some_and(|(left, right)| left <= right),
        "-gt" => numbers().is_some_and(|(left, right)| left > right),
        "-ge" => numbers().is_some_and(|(left, right)| left >= right),
        _ => return None,
    })
}
