//! A running phone.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adb::{Connection, Forwards, console, server, session},
    device::Device,
    faults::Fault,
    snapshot::Image,
    system::app::Manifest,
    system::clock::Pace,
    web,
};

/// What can go wrong when a phone starts.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// A port cannot be had, a file cannot be written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A recording cannot be shown.
    #[error("cannot show the recording {}, line {line}: {reason}; mend that line or leave the file out", path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Two apps want the same name.
    #[error("cannot install {package}: there is an app of that package already; give one of them another")]
    Twice {
        /// The package.
        package: String,
    },
    /// There is no recording, or one too many.
    #[error("cannot show the recording {}: {reason}", path.display())]
    NoRecording {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it, and what mends it.
        reason: String,
    },
}

impl PhoneError {
    /// For `map_err`: an [`io::Error`] with what was tried, `"cannot "` put before it.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(io::Error) -> PhoneError {
        let what = format!("cannot {what}");
        move |source| PhoneError::Io { what, source }
    }
}

/// Settings of a phone to be started.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    /// Port of adbd; 0 takes any free one.
    pub adb_port: u16,
    /// Port of the emulator console; 0 takes any free one.
    pub console_port: u16,
    /// Port of the adb-server protocol; 0 takes any free one, `None` serves none.
    pub server_port: Option<u16>,
    /// Port of the page that shows the screen; 0 takes any free one, `None` serves none.
    pub web_port: Option<u16>,
    /// Seed of everything random in the phone.
    pub seed: u64,
    /// Directory that keeps the phone (its disk under `files`, its snapshots under `snapshots`); a temporary one,
    /// gone with the phone, if `None`.
    pub root: Option<PathBuf>,
    /// Recordings of real apps to install: `.jsonl` and `.jsonl.gz` files, or folders of them.
    pub recorded: Vec<PathBuf>,
    /// The phone to begin as, in place of a new one with that seed and those recordings.
    pub image: Option<Image>,
    /// What makes the phone's time pass.
    pub clock: Pace,
    /// What is wrong with it from the start.
    pub faults: Vec<Fault>,
    /// Further apps to install, beside the phone's own.
    pub apps: Vec<Arc<Manifest>>,
}

impl Builder {
    /// Boots the phone and opens its ports on the loopback interface.
    ///
    /// # Errors
    /// A port is taken, the directory cannot be written, a recording cannot be shown, or two apps have one package.
    pub async fn start(self) -> Result<Phone, PhoneError> {
        let (home, temporary) = match self.root {
            Some(root) => (root, None),
            None => {
                let directory =
                    tempfile::tempdir().map_err(PhoneError::io("create a temporary directory"))?;
                (directory.path().to_owned(), Some(directory))
            }
        };
        let (seed, recorded, apps, image) = (self.seed, self.recorded, self.apps, self.image);
        let (clock, faults) = (self.clock, self.faults);
        let booted = tokio::task::spawn_blocking(move || {
            let device = match image {
                Some(image) => image.boot(&home)?,
                None => {
                    let recorded = crate::apps::recorded::load(&recorded)?;
                    let added = recorded.into_iter().map(Arc::new).chain(apps).collect();
                    Device::boot_with(&home, seed, added)?
                }
            };
            device.system().set_pace(clock);
            faults.into_iter().for_each(|fault| device.set_fault(fault));
            Ok::<_, PhoneError>(device)
        })
        .await;
        let booted = booted.map_err(io::Error::other).map_err(PhoneError::io("boot the phone"))?;
        let device = Arc::new(booted?);

        let adb = listen(self.adb_port, "adbd").await?;
        let console = listen(self.console_port, "the emulator console").await?;
        let server = match self.server_port {
            Some(port) => Some(listen(port, "the adb server").await?),
            None => None,
        };
        let page = match self.web_port {
            Some(port) => Some(listen(port, "the page").await?),
            None => None,
        };
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let serial: Arc<str> = serial(adb.1, console.1).into();
        let phone = Phone {
            adb: adb.1,
            console: console.1,
            server: server.as_ref().map(|(_, address)| *address),
            page: page.as_ref().map(|(_, address)| *address),
            serial: Arc::clone(&serial),
            device: Arc::clone(&device),
            stop: stop.clone(),
            tasks: tasks.clone(),
            _temporary: temporary,
        };
        if let Some((listener, _)) = page {
            tasks.spawn(web::serve(Arc::clone(&device), listener, stop.clone()));
        }
        let connection = Connection { device, tasks, stop };
        welcome(&connection, adb.0, session::serve);
        let switch = connection.stop.clone();
        welcome(&connection, console.0, move |connection, socket| {
            console::serve(connection, socket, switch.clone())
        });
        if let Some((listener, _)) = server {
            let forwards = Arc::new(Forwards::new(connection.clone()));
            let known = Arc::new(server::Server { serial, forwards });
            welcome(&connection, listener, move |connection, socket| {
                server::serve(connection, Arc::clone(&known), socket)
            });
        }
        Ok(phone)
    }
}

/// A running phone; dropping it ends it.
#[derive(Debug)]
pub struct Phone {
    adb: SocketAddr,
    console: SocketAddr,
    server: Option<SocketAddr>,
    page: Option<SocketAddr>,
    serial: Arc<str>,
    device: Arc<Device>,
    stop: CancellationToken,
    tasks: TaskTracker,
    _temporary: Option<TempDir>,
}

impl Phone {
    /// Settings with every port free, no adb server and no page, seed 0 and a temporary disk.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where adbd listens.
    pub fn adb_address(&self) -> SocketAddr {
        self.adb
    }

    /// Where the emulator console listens.
    pub fn console_address(&self) -> SocketAddr {
        self.console
    }

    /// Where the adb-server protocol is spoken, if it is.
    pub fn server_address(&self) -> Option<SocketAddr> {
        self.server
    }

    /// Where the page is served, if it is.
    pub fn web_address(&self) -> Option<SocketAddr> {
        self.page
    }

    /// How adb names the phone: `emulator-5554` if the console's port is 5554 and adbd's the next, else adbd's
    /// address.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// What is below the wire, for programs that show the phone rather than drive it.
    pub fn device(&self) -> &Arc<Device> {
        &self.device
    }

    /// Done when the phone was told over its console to switch off.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Ends the phone and waits until nothing of it runs any more. Dropping it does not wait.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn serial(adb: SocketAddr, console: SocketAddr) -> String {
    if console.port().checked_add(1) == Some(adb.port()) {
        format!("emulator-{}", console.port())
    } else {
        adb.to_string()
    }
}

async fn listen(port: u16, what: &str) -> Result<(TcpListener, SocketAddr), PhoneError> {
    let tried = format!("open port {port} for {what}");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(PhoneError::io(&tried))?;
    let address = listener.local_addr().map_err(PhoneError::io(&tried))?;
    Ok((listener, address))
}

/// Lets clients in until the phone ends, each on a connection of its own.
fn welcome<S, F>(phone: &Connection, listener: TcpListener, serve: S)
where
    S: Fn(Connection, TcpStream) -> F + Send + 'static,
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let Connection { device, tasks, stop } = phone.clone();
    phone.tasks.spawn(async move {
        while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
            let Ok((socket, peer)) = accepted else {
                // Out of file descriptors, mostly: there will be some again.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            // Small messages go back and forth; without this each waits for the one before.
            let _ = socket.set_nodelay(true);
            let ended = stop.child_token();
            let connection =
                Connection { device: Arc::clone(&device), tasks: tasks.clone(), stop: ended.clone() };
            let conversation = serve(connection, socket);
            tasks.spawn(async move {
                if let Some(Err(error)) = ended.run_until_cancelled(conversation).await {
                    tracing::debug!(%peer, %error, "client gone");
                }
                ended.cancel();
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_adb_s() {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        assert_eq!(serial(at(5555), at(5554)), "emulator-5554");
        assert_eq!(serial(at(5555), at(5560)), "127.0.0.1:5555");
    }
}
