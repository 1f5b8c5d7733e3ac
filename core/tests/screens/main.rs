//! Screens as text: small cases by hand, and the screens that AutoDroid recorded on real phones.

mod cases;
mod recorded;
