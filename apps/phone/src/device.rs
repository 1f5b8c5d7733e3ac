//! What the phone's layers share.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    faults::Fault,
    files::Files,
    journal::Journal,
    phone::PhoneError,
    ports::Ports,
    properties::Properties,
    system::{System, app::Manifest, package::BACKGROUND, telephony::CallState},
};

/// The phone below the wire: its disk, its properties and what runs on it.
///
/// Shell commands reach it as `ctx.device()`. Lock what is needed, compute, drop the guard, and only then write to
/// the command's output: a client that reads slowly must not hold up the phone.
#[derive(Debug)]
pub struct Device {
    /// The disk.
    pub files: Files,
    /// What listens on its TCP ports.
    pub ports: Ports,
    system: Mutex<System>,
    properties: Mutex<Properties>,
    journal: Journal,
    snapshots: PathBuf,
    made: Made,
}

/// What a phone is made of, besides its disk.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    seed: u64,
    apps: Arc<[Arc<Manifest>]>,
}

impl Made {
    fn boot(&self, files: &Files) -> Result<System, PhoneError> {
        System::boot(files, self.seed, Arc::clone(&self.apps))
    }
}

impl Device {
    /// Boots a phone whose disk is `home/files` and whose snapshots lie in `home/snapshots`.
    ///
    /// # Errors
    /// The directory cannot be written, or the system does not boot from it.
    pub fn boot(home: &Path, seed: u64) -> Result<Device, PhoneError> {
        Device::boot_with(home, seed, Vec::new())
    }

    /// As [`Device::boot`], with further apps installed.
    ///
    /// # Errors
    /// As [`Device::boot`]; two apps have the same package.
    pub fn boot_with(home: &Path, seed: u64, added: Vec<Arc<Manifest>>) -> Result<Device, PhoneError> {
        let own = crate::apps::all();
        let mut names: BTreeSet<&str> =
            own.iter().map(|app| app.package.as_str()).chain(BACKGROUND).collect();
        if let Some(app) = added.iter().find(|app| !names.insert(app.package.as_str())) {
            return Err(PhoneError::Twice { package: app.package.clone() });
        }
        let apps = own.into_iter().chain(added).collect();
        Device::boot_made(home, Made { seed, apps })
    }

    /// Boots a phone that is made of this.
    pub(crate) fn boot_made(home: &Path, made: Made) -> Result<Device, PhoneError> {
        let files = Files::new(home.join("files")).map_err(PhoneError::io("create the phone's files"))?;
        let system = Mutex::new(made.boot(&files)?);
        let properties = Mutex::new(Properties::load(&files));
        Ok(Device {
            files,
            ports: Ports::default(),
            system,
            properties,
            journal: Journal::default(),
            snapshots: home.join("snapshots"),
            made,
        })
    }

    /// The framework and the apps, locked. A command that panicked does not take the phone down with it.
    pub fn system(&self) -> MutexGuard<'_, System> {
        self.system.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The system properties, locked.
    pub fn properties(&self) -> MutexGuard<'_, Properties> {
        self.properties.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the shell was asked.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Switches a fault on, in place of one of the same name.
    pub fn set_fault(&self, fault: Fault) {
        match fault {
            Fault::Anr(package) => self.system().stop_responding(&package),
            Fault::IncomingCall(number) => self.system().incoming_call(&number),
            other => self.files.faults().set(other),
        }
    }

    /// Switches off the fault of this name; says whether it was on.
    pub fn clear_fault(&self, name: &str) -> bool {
        let mut system = self.system();
        let rings = name == "incoming-call" && ringing(&system).is_some();
        if rings {
            system.cancel_call();
        }
        let cleared = self.files.faults().clear(name);
        // The dialog of an app that responds again goes.
        system.refresh();
        rings || cleared
    }

    /// The faults that are on.
    pub fn faults(&self) -> Vec<Fault> {
        let call = ringing(&self.system());
        self.files.faults().list().into_iter().chain(call).collect()
    }

    /// Restarts the system from the files, as switching the phone off and on does.
    ///
    /// # Errors
    /// The system does not boot.
    pub fn reboot(&self) -> io::Result<()> {
        self.replace(|_| Ok(()))
    }

    /// Lets `change` change the disk's root while nothing runs, then boots from it.
    pub(crate) fn replace(&self, change: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let mut system = self.system();
        self.files.connections().close();
        change(self.files.root())?;
        let pace = system.services.clock.pace();
        *system = self.made.boot(&self.files).map_err(io::Error::other)?;
        system.set_pace(pace);
        *self.properties() = Properties::load(&self.files);
        Ok(())
    }

    /// What it is made of.
    pub(crate) fn made(&self) -> &Made {
        &self.made
    }

    /// Where snapshots are kept, out of the phone's own sight.
    pub(crate) fn snapshots_directory(&self) -> &Path {
        &self.snapshots
    }
}

/// The call that rings, as a fault.
fn ringing(system: &System) -> Option<Fault> {
    let call = system.services.call.as_ref().filter(|call| call.state == CallState::Ringing)?;
    Some(Fault::IncomingCall(call.number.clone()))
}
