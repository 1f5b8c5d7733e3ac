//! `eval`: measures an agent on a suite.
