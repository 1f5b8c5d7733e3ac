//! Products of matrices in the formats and sizes of the manifest's models: candle's `QMatMul` and ours.
//!
//! `RAYON_NUM_THREADS=1 cargo bench -p pocketpilot-core --bench matrix` prints GFLOPS of one thread and, for one vector, how
//! fast the weights were read. A run is timed by the processor time of its thread, so that a busy machine still gives
//! comparable figures; where the system does not tell it by the clock, the best of several runs.

use std::hint::black_box;
use std::time::Instant;

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{Device, Module, Tensor};
use pocketpilot_core::engine::matrix::Matrix;

const CASES: [(GgmlDType, usize, usize); 8] = [
    (GgmlDType::Q5_0, 4864, 896),
    (GgmlDType::Q5_0, 896, 896),
    (GgmlDType::Q6K, 896, 4864),
    (GgmlDType::Q4K, 896, 4864),
    (GgmlDType::Q4_1, 1536, 576),
    (GgmlDType::Q4_1, 576, 1536),
    (GgmlDType::Q8_0, 896, 896),
    (GgmlDType::Q8_0, 151_936, 896),
];

/// Processor time of this thread, in seconds.
fn processor_time() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// Seconds that a run takes.
fn seconds(mut run: impl FnMut()) -> f64 {
    let (start, processor) = (Instant::now(), processor_time());
    let mut best = f64::INFINITY;
    for runs in 1.. {
        let run_start = Instant::now();
        run();
        best = best.min(run_start.elapsed().as_secs_f64());
        // The kernel brings a thread's time up to date every few milliseconds: the mean of many is exact enough.
        let spent = processor.and_then(|start| Some(processor_time()? - start));
        if spent.unwrap_or(start.elapsed().as_secs_f64()) > 0.2 {
            return spent.map_or(best, |spent| spent / f64::from(runs));
        }
    }
    best
}

fn noise(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i.wrapping_mul(2_654_435_761) % 2048) as f32 / 1024.0 - 1.0).collect()
}

fn main() {
    // Built for a test run, there is nothing to measure.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    // Ours has one thread here; candle has as many as the environment says.
    assert!(std::env::var("RAYON_NUM_THREADS").is_ok_and(|n| n == "1"), "set RAYON_NUM_THREADS=1");
    println!("{:<6}{:>14}{:>6}{:>10}{:>10}{:>8}", "format", "n x k", "m", "candle", "ours", "ratio");
    for (dtype, n, k) in CASES {
        let weights = Tensor::from_vec(noise(n * k), (n, k), &Device::Cpu).expect("the sizes agree");
        let quantize = || QTensor::quantize(&weights, dtype).expect("k is a multiple of the block");
        let theirs = QMatMul::from_qtensor(quantize()).expect("a matrix");
        let tensor = quantize();
        let start = Instant::now();
        let ours = Matrix::new(tensor).expect("a matrix");
        let packing = start.elapsed().as_secs_f64();
        for m in [1, 8, 64, 512] {
            if m > 64 && n > 100_000 {
                continue;
            }
            let flop = 2e-9 * (m * n * k) as f64;
            let x = noise(m * k);
            let input = Tensor::from_slice(&x, (m, k), &Device::Cpu).expect("the sizes agree");
            let theirs = seconds(|| drop(black_box(theirs.forward(&input))));
            let mut out = vec![0.0; m * n];
            let best = seconds(|| ours.forward(black_box(&x), &mut out));
            print!("{:<6}{:>14}{m:>6}", format!("{dtype:?}"), format!("{n} x {k}"));
            print!("{:>10.1}{:>10.1}{:>7.1}x", flop / theirs, flop / best, theirs / best);
            println!(
                "{}",
                if m == 1 {
                    format!("  {:.1} GB/s", ours.bytes() as f64 / best / 1e9)
                } else {
                    String::new()
                }
            );
        }
        let weights = (n * k) as f64;
        println!(
            "      packed at {:.2} G weights/s, {:.4} bytes a weight",
            weights / packing / 1e9,
            ours.bytes() as f64 / weights
        );
    }
}
