//! The phone seen from outside: bytes on its sockets, and real clients.

mod adb_client;
mod browser;
mod console;
mod debian_adb;
mod faults;
mod outside;
mod recorded;
mod server;
mod shell;
mod support;
mod web;
mod wire;
