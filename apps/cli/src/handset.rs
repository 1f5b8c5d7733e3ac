//! The phone of a command: somebody's own over ADB, or a virtual one in this process.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

use pocketpilot_phone::Phone;
use pocketpilot_tools::device::{AdbDevice, DEFAULT_SERVER};

use crate::failure::Failure;

/// A phone, with the virtual one kept alive if it is that.
#[derive(Debug)]
pub struct Handset {
    /// The phone as tools see it.
    pub device: AdbDevice,
    /// The emulator console, where there is one.
    pub console: Option<SocketAddr>,
    _phone: Option<Phone>,
}

impl Handset {
    /// The named phone, else a virtual one with the seed.
    ///
    /// # Errors
    /// The name is no address, or the virtual phone cannot start.
    pub async fn open(name: Option<&str>, seed: u64) -> Result<Self, Failure> {
        match name {
            Some(name) => Self::attach(name),
            None => Self::start(seed).await,
        }
    }

    fn attach(name: &str) -> Result<Self, Failure> {
        if let Some((host, port)) = name.rsplit_once(':').filter(|(_, p)| p.parse::<u16>().is_ok()) {
            let resolved = name.to_socket_addrs().map_err(|e| {
                Failure::unavailable(format!(
                    "--device {name}: {host} cannot be resolved ({e}); check the name"
                ))
            })?;
            let address = resolved
                .filter_map(|a| if let SocketAddr::V4(v4) = a { Some(v4) } else { None })
                .next()
                .ok_or_else(|| {
                    Failure::unavailable(format!(
                        "--device {name}: port {port} of {host} has no IPv4 address"
                    ))
                })?;
            return Ok(Self { device: AdbDevice::direct(address), console: None, _phone: None });
        }
        let console = name
            .strip_prefix("emulator-")
            .and_then(|port| port.parse().ok())
            .map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(Self { device: AdbDevice::through_server(name, DEFAULT_SERVER), console, _phone: None })
    }

    async fn start(seed: u64) -> Result<Self, Failure> {
        let mut settings = Phone::builder();
        settings.seed = seed;
        settings.server_port = Some(0);
        let phone = settings.start().await.map_err(Failure::unavailable)?;
        let Some(SocketAddr::V4(server)) = phone.server_address() else {
            return Err(Failure::unavailable("the virtual phone serves no adb-server port"));
        };
        let device = AdbDevice::through_server(phone.serial(), server);
        Ok(Self { device, console: Some(phone.console_address()), _phone: Some(phone) })
    }
}
