use proptest::prelude::*;

use super::*;

fn numbers(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f32>> {
    proptest::collection::vec(-20.0f32..20.0, len)
}

fn pair() -> impl Strategy<Value = (Vec<f32>, Vec<f32>)> {
    (1usize..200).prop_flat_map(|n| (numbers(n..n + 1), numbers(n..n + 1)))
}

#[track_caller]
fn close(got: f32, expected: f64, size: f64) {
    assert!((f64::from(got) - expected).abs() <= 2e-6 * size, "{got} is not {expected}");
}

fn exact_dot(a: &[f32], b: &[f32]) -> (f64, f64) {
    let products = || a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
    (products().sum(), products().map(f64::abs).sum())
}

proptest! {
    #[test]
    fn dot_is_the_sum_of_products((a, b) in pair()) {
        let (sum, size) = exact_dot(&a, &b);
        close(dot(&a, &b), sum, size);
    }

    #[test]
    fn rms_norm_gives_mean_square_one((x, weight) in pair()) {
        let mut out = vec![0.0; x.len()];
        rms_norm(&x, &weight, 1e-6, &mut out);
        let (square, _) = exact_dot(&x, &x);
        let root = (square / x.len() as f64 + 1e-6).sqrt();
        for i in 0..x.len() {
            let expected = f64::from(x[i]) / root * f64::from(weight[i]);
            close(out[i], expected, expected.abs());
        }
    }

    #[test]
    fn softmax_is_a_distribution(x in numbers(1..200), masked in any::<proptest::sample::Index>()) {
        let mut x = x;
        x.push(f32::NEG_INFINITY);
        let last = x.len() - 1;
        x.swap(masked.index(last + 1), last);
        let largest = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = x.iter().map(|x| f64::from(x - largest).exp()).sum();
        let mut out = x.clone();
        softmax(&mut out);
        for i in 0..x.len() {
            let expected = f64::from(x[i] - largest).exp() / sum;
            close(out[i], expected, expected);
        }
    }

    #[test]
    fn gates_match_their_definition((gate, up) in pair()) {
        let (mut silu, mut gelu) = (gate.clone(), gate.clone());
        silu_mul(&mut silu, &up);
        gelu_mul(&mut gelu, &up);
        for i in 0..gate.len() {
            let (x, up) = (f64::from(gate[i]), f64::from(up[i]));
            let expected = x / (1.0 + (-x).exp()) * up;
            close(silu[i], expected, expected.abs());
            let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            // 1 + tanh loses its digits where it is nearly 0; the sigmoid form does not.
            let expected = x / (1.0 + (-2.0 * u).exp()) * up;
            close(gelu[i], expected, 20.0 * expected.abs() + 1e-30);
        }
    }
}

#[test]
fn exp_covers_its_range() {
    for i in -8730..8830 {
        let x = i as f32 / 100.0;
        close(exp(x), f64::from(x).exp(), f64::from(x).exp());
    }
    assert_eq!(exp(-100.0), 0.0);
    assert_eq!(exp(f32::NEG_INFINITY), 0.0);
    assert!(exp(f32::NAN).is_nan());
}
