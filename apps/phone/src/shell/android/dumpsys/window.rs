//! `dumpsys window` and `dumpsys activity`: which app is in front.

use crate::system::System;
use crate::system::intent::Component;
use crate::ui::geometry::{DENSITY, HEIGHT, WIDTH};

/// A number as Android would print an object's, that stays the same while the app runs.
fn identity(text: &str) -> String {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{:x}", hash >> 4)
}

/// `ActivityRecord{1a2b3c u0 pkg/.Act t12}` of the app in front, and its component.
fn front(system: &System) -> Option<(String, Component)> {
    let task = system.activities().tasks.last()?;
    let component = task.stack.last()?.component();
    let record = format!("ActivityRecord{{{} u0 {component} t{}}}", identity(&component.flat()), task.id);
    Some((record, component))
}

pub(super) fn window(system: &System, what: &str) -> String {
    let Some((record, component)) = front(system) else { return String::new() };
    let title = match system.stuck() {
        Some(app) => format!("Application Not Responding: {}", app.package),
        None => component.flat(),
    };
    let window = format!("Window{{{} u0 {title}}}", identity(&component.class));
    let focus = format!(
        "  mCurrentFocus={window}\n  mFocusedApp={record}\n  mHoldScreenWindow=null\n  mObscuringWindow=null\n"
    );
    let windows = {
        let mut text = "WINDOW MANAGER WINDOWS (dumpsys window windows)\n".to_owned();
        if system.keyboard_shown() {
            text.push_str("  Window #0 Window{5b1e2a0 u0 InputMethod}:\n    mDisplayId=0 mSession=Session{1} mViewVisibility=0x0\n    isVisible=true\n");
        }
        text.push_str(&format!(
            "  Window #1 {window}:\n    mDisplayId=0 rootTaskId=1 package={}\n    isVisible=true\n",
            component.package
        ));
        text + &focus
    };
    let displays = format!(
        "WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)\n  Display: mDisplayId=0 (organized)\n    \
         init={WIDTH}x{HEIGHT} {DENSITY}dpi mMinSizeOfResizeableTaskDp=220 cur={WIDTH}x{HEIGHT} app={WIDTH}x{HEIGHT} \
         rng=1080x1017-2337x2274\n    mCurrentRotation=ROTATION_0\n{focus}"
    );
    let policy = format!(
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)\n    mSafeMode=false mSystemReady=true mSystemBooted=true\n    \
         mAwake={awake} mScreenOnEarly={awake} mScreenOnFully={awake}\n    isStatusBarKeyguard=false\n    \
         mShowingLockscreen=false mShowingDream=false mDreamingLockscreen=false\n    KeyguardServiceDelegate\n      showing=false\n",
        awake = system.awake()
    );
    match what {
        "windows" | "w" => windows,
        "displays" | "d" => displays,
        "policy" | "p" => policy,
        _ => format!("{policy}\n{displays}\n{windows}"),
    }
}

pub(super) fn activity(system: &System, what: &str) -> String {
    let Some((record, shown)) = front(system) else { return String::new() };
    match what {
        "top" => {
            let task = system.activities().tasks.last().map_or(0, |task| task.id);
            format!(
                "TASK {}: id={task} userId=0\n  ACTIVITY {shown} {} pid={}\n    Local Activity State:\n      mResumed=true mStopped=false mFinished=false\n",
                shown.package,
                identity(&shown.flat()),
                system.services.packages.uid(&shown.package) - 8000,
            )
        }
        "services" => "ACTIVITY MANAGER SERVICES (dumpsys activity services)\n  (nothing)\n".to_owned(),
        "processes" | "p" => {
            let mut out = "ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)\n".to_owned();
            for instance in system.activities().tasks.iter().flat_map(|task| &task.stack) {
                let package = &instance.manifest.package;
                let uid = system.services.packages.uid(package);
                out.push_str(&format!(
                    "  *APP* UID {uid} ProcessRecord{{{} {}:{package}/u0a{}}}\n",
                    identity(package),
                    uid - 8000,
                    uid - 10_000
                ));
            }
            out
        }
        "recents" | "r" => {
            let mut out = "ACTIVITY MANAGER RECENT TASKS (dumpsys activity recents)\n".to_owned();
            for (nth, task) in system.activities().tasks.iter().rev().enumerate() {
                let Some(root) = task.stack.first() else { continue };
                out.push_str(&format!(
                    "  * Recent #{nth}: Task{{{} #{} type=standard A={}:{}}}\n    mActivityComponent={}\n",
                    identity(&root.manifest.package),
                    task.id,
                    system.services.packages.uid(&root.manifest.package),
                    root.manifest.package,
                    root.component()
                ));
            }
            out
        }
        _ => {
            let mut out = "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\nDisplay #0 (activities from top to bottom):\n".to_owned();
            for task in system.activities().tasks.iter().rev() {
                let Some(root) = task.stack.first() else { continue };
                out.push_str(&format!(
                    "  * Task{{{} #{} type=standard A={}:{} U=0 visible=true}}\n",
                    identity(&root.manifest.package),
                    task.id,
                    system.services.packages.uid(&root.manifest.package),
                    root.manifest.package
                ));
                for (nth, instance) in task.stack.iter().enumerate().rev() {
                    let component = instance.component();
                    out.push_str(&format!(
                        "    * Hist  #{nth}: ActivityRecord{{{} u0 {component} t{}}}\n",
                        identity(&component.flat()),
                        task.id
                    ));
                }
            }
            out + &format!(
                "\n  topResumedActivity={record}\n  mResumedActivity: {record}\n  ResumedActivity: {record}\n  mFocusedApp={record}\n  mCurrentFocus=Window{{{} u0 {}}}\n",
                identity(&shown.class),
                shown.flat()
            )
        }
    }
}
