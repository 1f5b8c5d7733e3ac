//! Colours by their role, as Material names them; light and dark give each role a colour.

/// The role of a colour, or a colour that is the same in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Behind everything.
    Background,
    /// Cards and list rows that stand out from the background.
    Surface,
    /// Fields and chips.
    SurfaceHigh,
    /// What is to be tapped first.
    Primary,
    /// On [`Tone::Primary`].
    OnPrimary,
    /// Selected things, floating buttons.
    Container,
    /// On [`Tone::Container`].
    OnContainer,
    /// Text and icons.
    Text,
    /// Text and icons of less weight.
    Dim,
    /// Lines.
    Outline,
    /// What destroys or ends.
    Danger,
    /// The same in both themes: red, green, blue.
    Rgb(u8, u8, u8),
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The colour of a role: red, green, blue.
    pub fn color(self, tone: Tone) -> [u8; 3] {
        let (light, dark) = match tone {
            Tone::Background => (0xf8f9ff, 0x111318),
            Tone::Surface => (0xffffff, 0x1d2024),
            Tone::SurfaceHigh => (0xe7e8ee, 0x2b2e33),
            Tone::Primary => (0x3a5ba9, 0xadc6ff),
            Tone::OnPrimary => (0xffffff, 0x10305f),
            Tone::Container => (0xd8e2ff, 0x294677),
            Tone::OnContainer => (0x11305f, 0xd8e2ff),
            Tone::Text => (0x191c20, 0xe2e2e9),
            Tone::Dim => (0x5a5e68, 0xb0b3bd),
            Tone::Outline => (0xc9cbd4, 0x44474f),
            Tone::Danger => (0xba1a1a, 0xffb4ab),
            Tone::Rgb(r, g, b) => return [r, g, b],
        };
        let [_, r, g, b] = match self {
            Theme::Light => u32::to_be_bytes(light),
            Theme::Dark => u32::to_be_bytes(dark),
        };
        [r, g, b]
    }
}
