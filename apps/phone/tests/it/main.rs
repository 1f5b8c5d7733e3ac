//! The phone seen from outside: bytes on its sockets, and real clients.

mod adb_client;
mod browser;
mod console;
mod faults;
mod google_adb;
mod mobile_mcp;
mod outside;
mod python;
mod recorded;
mod server;
mod shell;
mod support;
mod surface;
mod web;
mod wire;
