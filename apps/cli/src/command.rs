//! One file a command.

pub mod bench;
pub mod doctor;
pub mod eval;
pub mod guard;
pub mod memory;
pub mod models;
pub mod phone;
pub mod run;
pub mod train;
