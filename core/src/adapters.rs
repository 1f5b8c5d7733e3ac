//! The adapters that come with Pocketpilot, by the base model that they were made for. Each folder has PEFT's files; the card
//! beside them says what they were made of and how they do.

/// One adapter in PEFT's files.
#[derive(Debug, Clone, Copy)]
pub struct Adapter {
    /// `adapter_config.json`
    pub config: &'static [u8],
    /// `adapter_model.safetensors`
    pub weights: &'static [u8],
}

/// The adapters of the planner's two decisions.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Selects the tool.
    pub select: Adapter,
    /// Writes its arguments.
    pub args: Adapter,
}

macro_rules! adapter {
    ($folder:literal) => {
        Adapter {
            config: include_bytes!(concat!("../adapters/", $folder, "/adapter_config.json")),
            weights: include_bytes!(concat!("../adapters/", $folder, "/adapter_model.safetensors")),
        }
    };
}

const QWEN: Pair =
    Pair { select: adapter!("qwen2.5-coder-0.5b/select"), args: adapter!("qwen2.5-coder-0.5b/args") };

/// Those of a model of the manifest, by its name there.
#[must_use]
pub fn shipped(base: &str) -> Option<Pair> {
    (base == "qwen2.5-coder-0.5b").then_some(QWEN)
}
