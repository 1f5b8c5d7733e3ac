//! What listens on the phone's own TCP ports, where `adb forward` leads.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::device::Device;

/// Serves one connection, on a blocking thread, until either side ends it.
pub type Serve = fn(&Arc<Device>, &mut dyn BufRead, &mut dyn Write) -> io::Result<()>;

/// The ports that are listened on.
#[derive(Debug, Clone, Default)]
pub struct Ports(Arc<Mutex<BTreeMap<u16, Serve>>>);

impl Ports {
    /// Lets `serve` answer on a port for as long as the value that is returned lives; `None` if the port is taken.
    pub fn listen(&self, port: u16, serve: Serve) -> Option<Listening> {
        let mut open = self.open();
        if open.contains_key(&port) {
            return None;
        }
        open.insert(port, serve);
        Some(Listening { ports: self.clone(), port })
    }

    /// What answers on a port.
    pub fn get(&self, port: u16) -> Option<Serve> {
        self.open().get(&port).copied()
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<u16, Serve>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port that is listened on; dropping it frees the port.
#[derive(Debug)]
pub struct Listening {
    ports: Ports,
    port: u16,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ports.open().remove(&self.port);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_has_one_listener_and_is_free_afterwards() {
        let ports = Ports::default();
        let listening = ports.listen(9008, |_, _, _| Ok(()));
        assert!(listening.is_some() && ports.get(9008).is_some());
        assert!(ports.listen(9008, |_, _, _| Ok(())).is_none());
        assert!(ports.get(9009).is_none());
        drop(listening);
        assert!(ports.get(9008).is_none());
    }
}
