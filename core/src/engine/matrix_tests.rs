use std::num::NonZero;

use candle_core::Tensor;
use proptest::prelude::*;

use super::*;
use crate::engine::kernels::team::Team;

const ALL: [GgmlDType; 14] = [
    GgmlDType::F32,
    GgmlDType::F16,
    GgmlDType::BF16,
    GgmlDType::Q4_0,
    GgmlDType::Q4_1,
    GgmlDType::Q5_0,
    GgmlDType::Q5_1,
    GgmlDType::Q8_0,
    GgmlDType::Q2K,
    GgmlDType::Q3K,
    GgmlDType::Q4K,
    GgmlDType::Q5K,
    GgmlDType::Q6K,
    GgmlDType::Q8K,
];

/// Numbers between -1 and 1, the same in every run.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn tensor(dtype: GgmlDType, rows: usize, cols: usize) -> QTensor {
    let numbers = Tensor::from_vec(noise(rows * cols, 1), (rows, cols), &Device::Cpu).unwrap();
    QTensor::quantize(&numbers, dtype).unwrap()
}

fn matrix(dtype: GgmlDType, rows: usize, cols: usize) -> (Matrix, Vec<f32>) {
    let tensor = tensor(dtype, rows, cols);
    let weights = tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    (Matrix::new(tensor).unwrap(), weights)
}

#[test]
fn rows_become_columns() {
    let (rows, cols) = (64, 256);
    for dtype in [GgmlDType::F32, GgmlDType::Q5_0, GgmlDType::Q4K] {
        let matrix = matrix(dtype, rows, cols).0;
        let (there, back) = (matrix.dequantize(), matrix.transposed().dequantize());
        let differences = there.iter().enumerate().map(|(i, x)| (x - back[i % cols * rows + i / cols]).abs());
        // Half a level, of 127 for the largest number.
        let most = if dtype == GgmlDType::F32 { 0.0 } else { 0.006 };
        assert!(differences.fold(0.0, f32::max) <= most, "{dtype:?}");
    }
}

#[test]
fn weights_are_those_of_the_file() {
    for dtype in ALL {
        let (matrix, weights) = matrix(dtype, 43, 512);
        assert!(matrix.dequantize() == weights, "{dtype:?}");
    }
}

#[test]
fn products_are_near_those_in_f32() {
    for dtype in ALL {
        let (matrix, weights) = matrix(dtype, 43, 512);
        let x = noise(7 * 512, 2);
        let mut out = vec![0.0; 7 * 43];
        matrix.forward(&x, &mut out);
        let (mut error, mut size) = (0.0, 0.0);
        for (x, out) in x.chunks(512).zip(out.chunks(43)) {
            for (weights, out) in weights.chunks(512).zip(out) {
                let exact: f64 = x.iter().zip(weights).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
                error += (f64::from(*out) - exact).powi(2);
                size += exact.powi(2);
            }
        }
        let noise: f64 = (error / size).sqrt();
        // Activations of eight bits in blocks of 32 lose about 0.4 %.
        let numbers = matches!(dtype, GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16);
        let bound = if format(dtype).is_some() && !numbers { 0.006 } else { 1e-6 };
        assert!(noise < bound, "{dtype:?}: {noise}");
    }
}

#[test]
fn a_row_of_a_batch_is_the_same_alone() {
    for dtype in ALL {
        let (matrix, _) = matrix(dtype, 75, 512);
        let x = noise(11 * 512, 3);
        let mut batch = vec![0.0; 11 * 75];
        matrix.forward(&x, &mut batch);
        for (x, batch) in x.chunks(512).zip(batch.chunks(75)) {
            let mut alone = vec![0.0; 75];
            matrix.forward(x, &mut alone);
            assert!(alone == batch, "{dtype:?}");
        }
    }
}

#[test]
fn chosen_rows_are_those_of_the_whole_product() {
    for dtype in ALL {
        let (matrix, _) = matrix(dtype, 75, 512);
        let x = noise(512, 4);
        let mut all = vec![0.0; 75];
        matrix.forward(&x, &mut all);
        let rows = [74, 0, 1, 8, 9, 9, 40, 3];
        let mut chosen = [0.0; 8];
        matrix.forward_rows(&x, &rows, &mut chosen);
        assert_eq!(chosen, rows.map(|row| all[row as usize]), "{dtype:?}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for dtype in ALL {
        let (matrix, _) = matrix(dtype, 300, 512);
        for m in [1, 9] {
            let x = noise(m * 512, 5);
            let product = |threads| {
                let team = Team::new(NonZero::new(threads).unwrap()).unwrap();
                let mut out = vec![0.0; m * 300];
                team.run(|| matrix.forward(&x, &mut out));
                out
            };
            assert!(product(1) == product(3), "{dtype:?}");
        }
    }
}

proptest! {
    #[test]
    fn sixteen_bits_give_the_products_of_the_same_numbers_in_f32(rows in 1usize..70, cols in 1usize..200, m in 1usize..5) {
        for dtype in [GgmlDType::F16, GgmlDType::BF16] {
            let (narrow, weights) = matrix(dtype, rows, cols);
            prop_assert_eq!(narrow.bytes(), 2 * rows * cols);
            let wide = Tensor::from_vec(weights, (rows, cols), &Device::Cpu).unwrap();
            let wide = Matrix::new(QTensor::quantize(&wide, GgmlDType::F32).unwrap()).unwrap();
            let x = noise(m * cols, 6);
            let product = |matrix: &Matrix| {
                let mut out = vec![0.0; m * rows];
                matrix.forward(&x, &mut out);
                out
            };
            prop_assert_eq!(product(&narrow), product(&wide));
        }
    }
}

#[test]
fn what_is_not_a_matrix_is_refused() {
    for shape in [vec![256], vec![2, 2, 256], vec![0, 256]] {
        let numbers = Tensor::zeros(shape.clone(), candle_core::DType::F32, &Device::Cpu).unwrap();
        let tensor = QTensor::quantize(&numbers, GgmlDType::Q4_0).unwrap();
        assert!(matches!(Matrix::new(tensor), Err(EngineError::Other(_))), "{shape:?}");
    }
    let short = tensor(GgmlDType::Q8_0, 2, 64);
    let storage =
        candle_core::quantized::QStorage::from_data(short.data().unwrap(), &Device::Cpu, GgmlDType::Q8_0);
    let lying = QTensor::new(storage.unwrap(), (4, 64)).unwrap();
    assert!(matches!(Matrix::new(lying), Err(EngineError::Other(_))));
}
