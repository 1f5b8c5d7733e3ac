//! Golden values come from a float64 re-implementation in numpy of WordPiece, BERT and mean pooling,
//! written for this test from the model's files alone; no code is shared with candle or tokenizers.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::*;

const TEXTS: [&str; 4] = [
    "Set an alarm for 7:30",
    "Wake me up at half past seven tomorrow",
    "The café's Wi-Fi password is unbelievably long: hunter2!",
    "Text Maria that I'm late",
];

fn encoder() -> Option<&'static Encoder> {
    static ENCODER: OnceLock<Option<Encoder>> = OnceLock::new();
    ENCODER
        .get_or_init(|| {
            let cache = std::env::var_os("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
            let dir = cache.join("pocketpilot/models/all-minilm-l6-v2");
            if !dir.is_dir() {
                eprintln!("skipped: no encoder in {}", dir.display());
                return None;
            }
            Some(Encoder::load(&dir).expect("the encoder in the cache loads"))
        })
        .as_ref()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn tokens_match_an_independent_wordpiece() {
    let Some(encoder) = encoder() else { return };
    assert_eq!(encoder.tokens(TEXTS[0], 512).unwrap(), [101, 2275, 2019, 8598, 2005, 1021, 1024, 2382, 102]);
    assert_eq!(
        encoder.tokens(TEXTS[2], 512).unwrap(),
        [
            101, 1996, 7668, 1005, 1055, 15536, 1011, 10882, 20786, 2003, 4895, 8671, 2666, 3567, 6321, 2146,
            1024, 4477, 2475, 999, 102
        ]
    );
}

#[test]
fn embeddings_match_an_independent_implementation() {
    let Some(encoder) = encoder() else { return };
    let embeddings = encoder.embed(&TEXTS).unwrap();
    let first_numbers: [[f32; 6]; 4] = [
        [0.007939, 0.040634, 0.00382, 0.048664, 0.034341, 0.073384],
        [-0.012588, 0.041797, 0.106237, 0.031385, 0.10374, 0.036391],
        [-0.011462, -0.017154, -0.005504, -0.041313, 0.045442, 0.001188],
        [-0.007708, 0.032666, 0.063411, 0.054355, 0.005527, 0.095504],
    ];
    for (embedding, golden) in embeddings.iter().zip(first_numbers) {
        assert_eq!(embedding.len(), 384);
        for (got, want) in embedding.iter().zip(golden) {
            assert!((got - want).abs() < 1e-4, "{got} is not {want}");
        }
    }
    let cosines = [(0, 1, 0.603296), (0, 2, 0.112051), (0, 3, 0.272703), (1, 2, 0.047432), (1, 3, 0.265765)];
    for (a, b, want) in cosines {
        let got = cosine(&embeddings[a], &embeddings[b]);
        assert!((got - want).abs() < 1e-4, "cosine of {a} and {b} is {got}, not {want}");
    }
}

#[test]
fn neighbours_in_a_batch_change_nothing() {
    let Some(encoder) = encoder() else { return };
    let together = encoder.embed(&TEXTS).unwrap();
    for (text, batched) in TEXTS.iter().zip(&together) {
        let alone = &encoder.embed(&[text]).unwrap()[0];
        assert!(cosine(alone, batched) > 0.9999, "{text}");
    }
}

#[test]
fn windows_cover_a_long_text_and_overlap() {
    let Some(encoder) = encoder() else { return };
    let text: String = (0..300).map(|i| format!("{} ", i % 10)).collect();
    let windows = encoder.windows(&text, Windows { tokens: 130, overlap: 28, limit: 8 }).unwrap();
    assert_eq!(windows.iter().map(Vec::len).collect::<Vec<_>>(), [130, 130, 102]);
    for pair in windows.windows(2) {
        assert_eq!(pair[0][101..129], pair[1][1..29], "28 tokens are shared");
    }
    let refused = encoder.windows(&text, Windows { tokens: 130, overlap: 28, limit: 2 });
    assert!(matches!(refused, Err(EncoderError::TooLong { limit: 2 })));
}

#[test]
fn odd_texts_are_embedded_too() {
    let Some(encoder) = encoder() else { return };
    let long = "é".repeat(MAX_TEXT_BYTES);
    for text in ["", " ", "\0", "\u{200b}", "🤖🤖", "ﷺ", &long, &"a b ".repeat(3000)] {
        let embedding = &encoder.embed(&[text]).unwrap()[0];
        let norm = cosine(embedding, embedding);
        assert!((norm - 1.0).abs() < 1e-3, "norm {norm} of a text of {} bytes", text.len());
    }
    assert!(encoder.embed(&[]).unwrap().is_empty());
    assert!(encoder.states(&[vec![]]).is_err());
    assert!(encoder.states(&[vec![101; 513]]).is_err());
}

#[test]
fn a_broken_model_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let missing = Encoder::load(dir.path()).unwrap_err().to_string();
    assert!(missing.contains("config.json") && missing.contains("models pull"), "{missing}");
    std::fs::write(dir.path().join("config.json"), "{").unwrap();
    let broken = Encoder::load(dir.path()).unwrap_err().to_string();
    assert!(broken.contains("config.json is not usable"), "{broken}");
}
