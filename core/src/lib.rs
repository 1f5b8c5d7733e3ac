//! The heart of Pocketpilot: types, traits, the planner loop and the quantized engine.
//!
//! This crate knows nobody. It owns the traits that the other rooms plug into:
//!
//! | trait | plugged in by |
//! |---|---|
//! | [`device::Device`] | `pocketpilot-tools` (ADB) |
//! | [`tool::Tool`] | `pocketpilot-tools` (UI, intents, MCP) |
//! | [`memory::Memory`] | `pocketpilot-memory` |
//! | [`guard::Guard`] | `pocketpilot-guard` (classifier) |
//! | [`consent::Policy`], [`consent::Consent`] | `pocketpilot-guard`, the programs |
//! | [`generate::Engine`] | [`engine`] |
//!
//! Text flows one way: a [`prompt::Prompt`] of spans with an [`prompt::Origin`] each, through the
//! [`guard::Gate`], into [`generate::Engine::generate`], which accepts nothing but a
//! [`guard::Cleared`] prompt.

// The tiny models of the engine's tests name the crate as those do.
#[cfg(test)]
extern crate self as pocketpilot_core;

pub mod adapters;
pub mod consent;
pub mod device;
pub mod encoder;
pub mod engine;
pub mod event;
pub mod generate;
pub mod guard;
pub mod memory;
pub mod planner;
pub mod prompt;
pub mod random;
pub mod registry;
pub mod screen;
pub mod task;
pub mod tool;
pub mod train;
