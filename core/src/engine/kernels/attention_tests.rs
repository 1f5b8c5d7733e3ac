use proptest::prelude::*;

use super::*;

const DIM: usize = 24;

/// Softmax attention of one query over the keys that it sees, in f64.
fn exact(query: &[f32], keys: &[Vec<f32>], values: &[Vec<f32>], scale: f32) -> Vec<f64> {
    let dot = |key: &[f32]| query.iter().zip(key).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let scores: Vec<f64> = keys.iter().map(|key| dot(key) * f64::from(scale)).collect();
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.iter().map(|s| (s - largest).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mean = |i: usize| weights.iter().zip(values).map(|(w, v)| w * f64::from(v[i])).sum::<f64>() / total;
    (0..DIM).map(mean).collect()
}

fn vectors(count: usize) -> impl Strategy<Value = Vec<Vec<f32>>> {
    proptest::collection::vec(proptest::collection::vec(-4.0f32..4.0, DIM), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn pages_add_up_to_softmax_attention(
        (count, window, queries) in (1usize..150, 1usize..150, 1usize..9),
        all in (vectors(150), vectors(150), vectors(9)),
    ) {
        let (keys, values, rows) = (&all.0[..count], &all.1[..count], &all.2[..queries]);
        // The queries stand at the last positions.
        let position = |row: usize| (count - 1).saturating_sub(queries - 1 - row);
        let first = |row: usize| (position(row) + 1).saturating_sub(window);
        let mut state = Rows::EMPTY;
        state.start(DIM, 0.3);
        rows.iter().for_each(|row| state.push(row));
        for (page, (keys, values)) in keys.chunks(KEYS).zip(values.chunks(KEYS)).enumerate() {
            let mut columns = vec![9e9; DIM * KEYS];
            for (i, key) in keys.iter().enumerate() {
                (0..DIM).for_each(|d| columns[d * KEYS + i] = key[d]);
            }
            weigh(&mut state, &columns, &values.concat(), &|row| {
                let base = page * KEYS;
                (first(row).saturating_sub(base), (position(row) + 1).saturating_sub(base))
            });
        }
        for (row, query) in rows.iter().enumerate() {
            let seen = first(row)..position(row) + 1;
            let expected = exact(query, &keys[seen.clone()], &values[seen], 0.3);
            let mut out = [0.0; DIM];
            state.finish(row, &mut out);
            for (got, expected) in out.iter().zip(&expected) {
                prop_assert!((f64::from(*got) - expected).abs() < 2e-5, "{} is not {}", got, expected);
            }
        }
    }
}

#[test]
fn every_number_is_widened_exactly() {
    let all: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).collect();
    let mut wide = Vec::new();
    widen(&all, &mut wide);
    for (narrow, wide) in all.iter().zip(&wide) {
        assert!(narrow.to_f32() == *wide || narrow.is_nan() && wide.is_nan(), "{narrow:?} is not {wide}");
    }
}
