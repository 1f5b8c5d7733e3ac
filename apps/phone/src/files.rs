//! The phone's file system.
