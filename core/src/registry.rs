//! The tools at hand: names, validators, candidates.
