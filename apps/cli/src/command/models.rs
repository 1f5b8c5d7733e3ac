//! `models …`: what can be had, and what is here.
