//! Tests of the quantized engine.

mod adapter;
mod answer;
mod ask;
mod endurance;
mod fixture;
mod golden;
mod head;
mod hostile;
mod levels;
mod models;
mod peft;
mod prefix;
mod real;
mod sequence;
mod shipped;
