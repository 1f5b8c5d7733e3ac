//! Derivatives of the vector operations, for training.

use super::portable::simd;
use super::vector::{dot, sigmoid};

simd! {
    /// Derivative of `silu(gate) · up`: from that of the product to those of both factors.
    pub(crate) fn silu_mul_back(gate: &[f32], up: &[f32], d: &[f32], d_gate: &mut [f32], d_up: &mut [f32]) {
        let outs = d_gate.iter_mut().zip(d_up);
        for (((&x, up), d), (d_gate, d_up)) in gate.iter().zip(up).zip(d).zip(outs) {
            let s = sigmoid(x);
            *d_gate = d * up * s * x.mul_add(1.0 - s, 1.0);
            *d_up = d * x * s;
        }
    }
}

simd! {
    /// The same of `gelu(gate) · up`, in its tanh form.
    pub(crate) fn gelu_mul_back(gate: &[f32], up: &[f32], d: &[f32], d_gate: &mut [f32], d_up: &mut [f32]) {
        const TWICE_ROOT_2_OVER_PI: f32 = 1.595_769;
        let outs = d_gate.iter_mut().zip(d_up);
        for (((&x, up), d), (d_gate, d_up)) in gate.iter().zip(up).zip(d).zip(outs) {
            let s = sigmoid(TWICE_ROOT_2_OVER_PI * (0.044_715 * x * x).mul_add(x, x));
            let slope = TWICE_ROOT_2_OVER_PI * (0.134_145 * x).mul_add(x, 1.0);
            *d_gate = d * up * (x * (1.0 - s)).mul_add(slope, 1.0) * s;
            *d_up = d * x * s;
        }
    }
}

/// Derivative of the root mean square normalisation of one row `x`: adds to `out` what follows from `d`, the derivative
/// of its result.
pub(crate) fn rms_norm_back(x: &[f32], weight: &[f32], eps: f32, d: &[f32], out: &mut [f32]) {
    let inverse = 1.0 / (dot(x, x) / x.len() as f32 + eps).sqrt();
    let along: f32 = x.iter().zip(weight).zip(d).map(|((x, weight), d)| x * weight * d).sum();
    scale_back(x, weight, d, inverse, along * inverse * inverse * inverse / x.len() as f32, out);
}

simd! {
    fn scale_back(x: &[f32], weight: &[f32], d: &[f32], inverse: f32, along: f32, out: &mut [f32]) {
        for (((x, weight), d), out) in x.iter().zip(weight).zip(d).zip(out) {
            *out += (inverse * weight).mul_add(*d, -along * x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::vector;
    use super::*;

    const X: [f32; 5] = [0.3, -1.2, 2.0, 0.1, -0.4];
    const Y: [f32; 5] = [1.1, 0.2, -0.7, 0.9, 0.4];
    const D: [f32; 5] = [0.5, -1.0, 0.25, 2.0, -0.5];
    const STEP: f32 = 1e-2;

    /// The derivative of `Σ D · f(x)` by differences.
    fn differences(f: impl Fn(&[f32; 5]) -> [f32; 5], x: [f32; 5]) -> [f32; 5] {
        let value = |x: &[f32; 5]| f(x).iter().zip(D).map(|(y, d)| y * d).sum::<f32>();
        std::array::from_fn(|i| {
            let (mut low, mut high) = (x, x);
            low[i] -= STEP;
            high[i] += STEP;
            (value(&high) - value(&low)) / (2.0 * STEP)
        })
    }

    #[track_caller]
    fn assert_close(a: &[f32], b: &[f32]) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-3), "{a:?} {b:?}");
    }

    #[test]
    fn derivatives_are_the_slopes() {
        type Gate = fn(&mut [f32], &[f32]);
        type Back = fn(&[f32], &[f32], &[f32], &mut [f32], &mut [f32]);
        let gates: [(Gate, Back); 2] = [(vector::silu_mul, silu_mul_back), (vector::gelu_mul, gelu_mul_back)];
        for (forward, back) in gates {
            let (mut d_gate, mut d_up) = ([0.0; 5], [0.0; 5]);
            back(&X, &Y, &D, &mut d_gate, &mut d_up);
            let gated = |gate: &[f32; 5], up: &[f32; 5]| {
                let mut out = *gate;
                forward(&mut out, up);
                out
            };
            assert_close(&d_gate, &differences(|x| gated(x, &Y), X));
            assert_close(&d_up, &differences(|y| gated(&X, y), Y));
        }
        let norm = |x: &[f32; 5]| {
            let mut out = [0.0; 5];
            vector::rms_norm(x, &Y, 1e-6, &mut out);
            out
        };
        let mut out = [1.0; 5];
        rms_norm_back(&X, &Y, 1e-6, &D, &mut out);
        assert_close(&out.map(|x| x - 1.0), &differences(norm, X));
    }
}
