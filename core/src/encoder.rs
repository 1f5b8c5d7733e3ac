//! The sentence encoder that guard and memory share.
