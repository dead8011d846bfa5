//! The folder in which a service on one machine keeps its state.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A folder that this process alone works in. Others find the engine by the address that it announces there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder, which is made if there is none. None if another process has it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn lock(path: &Path) -> Result<Option<Self>> {
        let unwritable = || format!("cannot write in the folder {}", path.display());
        fs::create_dir_all(path).with_context(unwritable)?;
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path.join("lock"))
            .with_context(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {
                // What a process left behind that was killed would mislead others until this one announces its own.
                let _ = fs::remove_file(address_file(path));
                Ok(Some(Self { path: path.to_owned(), _lock: lock }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).with_context(unwritable),
        }
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.path.join("campus.db")
    }

    /// The folder of the pictures.
    pub fn media(&self) -> PathBuf {
        self.path.join("media")
    }

    /// Tells other processes where the engine listens.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn announce(&self, url: &str) -> Result<()> {
        let file = address_file(&self.path);
        fs::write(&file, url).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Where the engine of the process that has the folder listens.
    ///
    /// # Errors
    /// When it has not announced that yet.
    pub fn announced(path: &Path) -> Result<String> {
        let busy = || format!("another process has the folder {} and is just starting; try again", path.display());
        fs::read_to_string(address_file(path)).with_context(busy)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whoever takes the folder next removes what is left behind.
        let _ = fs::remove_file(address_file(&self.path));
    }
}

fn address_file(path: &Path) -> PathBuf {
    path.join("dynamodb.url")
}
