//! Phones over ADB, what can be done on them, and tools of foreign MCP servers.
//!
//! ```text
//! device/   an Android phone through an adb server or straight to its adbd
//! action    a typed action as a core `Tool`
//! ui/       actions on the screen: tap, type, scroll, open an app, finish, ask
//! intent/   actions by intent, each checked against the phone's own state
//! mcp/      tools of MCP servers, as untrusted tools of ours
//! ```

mod action;
mod am;
pub mod device;
mod intent;
pub mod mcp;
mod ui;

use std::sync::Arc;

use pocketpilot_core::tool::Tool;

/// Every tool that drives the phone itself, in a fixed order: screen actions first, then intents.
pub fn phone_tools() -> Vec<Arc<dyn Tool>> {
    let mut tools = ui::tools();
    tools.extend(intent::tools());
    tools
}
