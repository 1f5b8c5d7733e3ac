use candle_core::{Device, Tensor};
use pocketpilot_core::guard::{Channel, Label};

use super::examples::{Example, Examples};
use super::*;
use pocketpilot_core::random::Random;

const WIDTH: usize = 8;

/// Texts of made-up states. An attack has one token that points the other way, in one of its windows.
fn examples(cache: &mut StateCache) -> Examples {
    let mut random = Random::new(5);
    let mut texts = |count: usize| -> Vec<Example> {
        (0..count)
            .map(|place| {
                let attack = place % 2 == 1;
                let windows = (0..1 + place % 3)
                    .map(|window| {
                        let key = StateCache::key(&[random.next() as u32, place as u32, window as u32]);
                        let mut states: Vec<f32> = (0..6 * WIDTH).map(|_| random.unit() - 0.5).collect();
                        if attack && window == place % 3 {
                            states.iter_mut().skip(2 * WIDTH).take(WIDTH).for_each(|v| *v = -1.5);
                        }
                        cache.put(key, &Tensor::from_vec(states, (6, WIDTH), &Device::Cpu).unwrap()).unwrap();
                        key
                    })
                    .collect();
                let label = if attack { Label::Injection } else { Label::Benign };
                let (channel, source) = (Channel::Tool, "made up".into());
                Example { label, channel, source, words: 4, tokens: 6, windows }
            })
            .collect()
    };
    Examples { train: texts(300), choose: texts(60), report: texts(60) }
}

fn fitted(seed: u64) -> fit::Fitted {
    let dir = tempfile::tempdir().unwrap();
    let mut cache = StateCache::open(&dir.path().join("states"), [0; 32], WIDTH).unwrap();
    let examples = examples(&mut cache);
    let nowhere = PathBuf::new();
    let options = TrainOptions {
        epochs: 6,
        seed,
        ..TrainOptions::new(nowhere.clone(), nowhere.clone(), nowhere.clone(), nowhere)
    };
    fit::fit(&examples, &cache, &options, None, &mut |_| {}).unwrap()
}

fn numbers(fitted: &fit::Fitted) -> Vec<(String, Vec<f32>)> {
    let mut all: Vec<(String, Vec<f32>)> = fitted
        .tensors
        .iter()
        .map(|(name, tensor)| (name.clone(), tensor.flatten_all().unwrap().to_vec1().unwrap()))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn a_seed_gives_the_same_weights_every_time() {
    let first = numbers(&fitted(1));
    assert_eq!(first, numbers(&fitted(1)));
    assert_ne!(first, numbers(&fitted(2)));
}

#[test]
fn an_attack_is_learnt_though_nobody_says_in_which_window_it_stands() {
    let fitted = fitted(1);
    let calibration = calibrate::calibrate(&fitted.choose);
    let scored: Vec<Scored> = fitted.report.iter().map(|e| e.scored(&calibration)).collect();
    let figures = Figures::of(&scored);
    assert!(figures.auc > Some(0.95), "{figures:?}");
}
