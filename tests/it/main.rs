//! Integration tests across the rooms: one binary, one module a concern.

mod episode;
mod graph;
mod tasks;
mod tools;
