//! Memory that was freed, handed back to the system.

/// Hands back what glibc would keep for later: of a vocabulary's preparation up to 15 MiB, of a whole model most of its
/// weights.
pub(crate) fn give_back() {
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code)]
    // SAFETY: every thread may call it at any time.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Hands back what was freed before it was dropped: as the last field, all the others.
#[derive(Debug)]
pub(crate) struct Last;

impl Drop for Last {
    fn drop(&mut self) {
        give_back();
    }
}
