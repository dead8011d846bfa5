//! The data folder of a local service.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A locked data folder. Only one process can lock it. Other processes connect to its engine, whose URL is in the folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Locks the folder. Creates it if it does not exist. Returns `None` if another process has locked it.
    ///
    /// # Errors
    /// If the folder cannot be written.
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
                // A killed process may have left its URL.
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

    /// The folder of the media store.
    pub fn media(&self) -> PathBuf {
        self.path.join("media")
    }

    /// Writes the URL of the engine for other processes.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn announce(&self, url: &str) -> Result<()> {
        let file = address_file(&self.path);
        fs::write(&file, url).with_context(|| format!("cannot write {}", file.display()))
    }

    /// The URL of the engine of the process that has locked the folder.
    ///
    /// # Errors
    /// If that process has not written it yet.
    pub fn announced(path: &Path) -> Result<String> {
        let busy = || format!("another process is starting on the folder {}: try again", path.display());
        fs::read_to_string(address_file(path)).with_context(busy)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If this fails, the next process that locks the folder removes the file.
        let _ = fs::remove_file(address_file(&self.path));
    }
}

fn address_file(path: &Path) -> PathBuf {
    path.join("dynamodb.url")
}
