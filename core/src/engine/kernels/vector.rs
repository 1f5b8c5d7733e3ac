//! Operations on f32 vectors. The same input gives the same bits on every processor and with any number of threads.

use super::portable::simd;

const LANES: usize = 8;

/// Sums lanes in one fixed order.
#[inline(always)]
pub(super) fn total(lanes: [f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

#[inline(always)]
fn dot_lanes(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [[0.0f32; LANES]; 4];
    let (a4, a_rest) = a.as_chunks::<{ 4 * LANES }>();
    let (b4, b_rest) = b.as_chunks::<{ 4 * LANES }>();
    for (a, b) in a4.iter().zip(b4) {
        for s in 0..4 {
            for i in 0..LANES {
                sums[s][i] = a[s * LANES + i].mul_add(b[s * LANES + i], sums[s][i]);
            }
        }
    }
    let (a1, a_rest) = a_rest.as_chunks::<LANES>();
    let (b1, b_rest) = b_rest.as_chunks::<LANES>();
    for (a, b) in a1.iter().zip(b1) {
        for i in 0..LANES {
            sums[0][i] = a[i].mul_add(b[i], sums[0][i]);
        }
    }
    for (i, (a, b)) in a_rest.iter().zip(b_rest).enumerate() {
        sums[0][i] = a.mul_add(*b, sums[0][i]);
    }
    let mut lanes = [0.0; LANES];
    for i in 0..LANES {
        lanes[i] = (sums[0][i] + sums[1][i]) + (sums[2][i] + sums[3][i]);
    }
    total(lanes)
}

/// `exp(x)` to 2 units in the last place; 0 below -87.3, largest at 88.3. The method of Cephes' `expf`.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding and taking off 1.5 · 2^23 rounds to an integer whose bits are the exponent.
    const ROUND: f32 = 12_582_912.0;
    let cut = x.clamp(-87.3, 88.3);
    let shifted = cut.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(2.121_944_4e-4, n.mul_add(-0.693_359_4, cut));
    let mut p = 1.987_569_2e-4f32;
    p = p.mul_add(r, 1.398_199_9e-3);
    p = p.mul_add(r, 8.333_452e-3);
    p = p.mul_add(r, 4.166_579_6e-2);
    p = p.mul_add(r, 1.666_666_5e-1);
    p = p.mul_add(r, 0.5);
    let e = p.mul_add(r * r, r) + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    if x < -87.3 { 0.0 } else { e * power }
}

#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

simd! {
    /// `Σ a[i] · b[i]` over the shorter length.
    #[must_use]
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        dot_lanes(a, b)
    }
}

simd! {
    /// `y += x`, element by element, over the shorter length.
    pub fn add(x: &[f32], y: &mut [f32]) {
        for (x, y) in x.iter().zip(y) {
            *y += x;
        }
    }
}

simd! {
    /// Root mean square normalisation of one row: `out[i] = x[i] / √(mean(x²) + eps) · weight[i]` (arXiv 1910.07467).
    pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
        let inverse = 1.0 / (dot_lanes(x, x) / x.len() as f32 + eps).sqrt();
        for ((x, weight), out) in x.iter().zip(weight).zip(out) {
            *out = x * inverse * weight;
        }
    }
}

simd! {
    /// Turns scores into probabilities in place. -∞ becomes 0; at least one score must be finite.
    pub fn softmax(x: &mut [f32]) {
        let mut largest = [f32::NEG_INFINITY; LANES];
        let (chunks, rest) = x.as_chunks::<LANES>();
        for chunk in chunks {
            for i in 0..LANES {
                largest[i] = if chunk[i] > largest[i] { chunk[i] } else { largest[i] };
            }
        }
        let largest = largest.into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, f32::max);
        let mut sums = [0.0; LANES];
        let (chunks, rest) = x.as_chunks_mut::<LANES>();
        for chunk in chunks {
            for i in 0..LANES {
                chunk[i] = exp(chunk[i] - largest);
                sums[i] += chunk[i];
            }
        }
        for (i, x) in rest.iter_mut().enumerate() {
            *x = exp(*x - largest);
            sums[i] += *x;
        }
        let inverse = 1.0 / total(sums);
        for x in x {
            *x *= inverse;
        }
    }
}

simd! {
    /// `gate = silu(gate) · up`, element by element: the gate of Llama and Qwen (arXiv 2002.05202).
    pub fn silu_mul(gate: &mut [f32], up: &[f32]) {
        for (gate, up) in gate.iter_mut().zip(up) {
            *gate = *gate * sigmoid(*gate) * up;
        }
    }
}

simd! {
    /// `gate = gelu(gate) · up` with the tanh form of GELU, element by element: the gate of Gemma (arXiv 2002.05202).
    pub fn gelu_mul(gate: &mut [f32], up: &[f32]) {
        // tanh(u) + 1 is 2 sigmoid(2u).
        const TWICE_ROOT_2_OVER_PI: f32 = 1.595_769;
        for (gate, up) in gate.iter_mut().zip(up) {
            let x = *gate;
            let u = TWICE_ROOT_2_OVER_PI * (0.044_715 * x * x).mul_add(x, x);
            *gate = x * sigmoid(u) * up;
        }
    }
}

#[cfg(test)]
#[path = "vector_tests.rs"]
mod tests;
