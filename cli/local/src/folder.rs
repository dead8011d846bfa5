//! The data folder of a local service.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::secret::Secret;
use crate::stream::StreamConsumer;

/// The name of the database file.
const DATABASE: &str = "campus.db";

/// The name of the file that a process locks.
const LOCK: &str = "lock";

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
    /// If the folder cannot be written, or contains other files.
    pub fn lock(path: &Path) -> Result<Option<Self>> {
        let unwritable = || format!("cannot write in the folder {}", path.display());
        if is_foreign(path).with_context(unwritable)? {
            bail!("the folder {} contains other files: choose a new or empty folder with --data", path.display());
        }
        create_private(path).with_context(unwritable)?;
        let lock = private_file().truncate(false).open(path.join(LOCK)).with_context(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {
                // SQLite gives its other files the permissions of this one.
                private_file().truncate(false).open(path.join(DATABASE)).with_context(unwritable)?;
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
        self.path.join(DATABASE)
    }

    /// The folder of the media store.
    pub fn media(&self) -> PathBuf {
        self.path.join("media")
    }

    /// The file with the mails that were sent.
    pub fn mailbox(&self) -> PathBuf {
        self.path.join("mails.jsonl")
    }

    /// The position up to which the consumer has consumed the table's stream, if a service on this folder has stored one.
    pub fn stream_position(&self, consumer: StreamConsumer) -> Option<String> {
        fs::read_to_string(self.stream_position_file(consumer)).ok().filter(|position| !position.is_empty())
    }

    /// Stores the position up to which the consumer has consumed the table's stream. If the file is lost, the stream is consumed from its
    /// beginning, which changes nothing.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn store_stream_position(&self, consumer: StreamConsumer, position: &str) -> Result<()> {
        self.write(&self.stream_position_file(consumer), position)
    }

    fn stream_position_file(&self, consumer: StreamConsumer) -> PathBuf {
        self.path.join(match consumer {
            StreamConsumer::Notifications => "stream-position-notifications",
            StreamConsumer::Posts => "stream-position-posts",
        })
    }

    /// Writes the URL of the engine, with the access key, for other processes.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn announce(&self, url: &str) -> Result<()> {
        self.write(&address_file(&self.path), url)
    }

    /// The file with the secret of the folder.
    pub fn access_key(&self) -> PathBuf {
        self.path.join("access-key")
    }

    /// The secret of the folder. Generates it if the folder has none.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn secret(&self) -> Result<Secret> {
        let file = self.access_key();
        if let Some(secret) = fs::read_to_string(&file).ok().and_then(|text| Secret::parse(&text)) {
            return Ok(secret);
        }
        let secret = Secret::random()?;
        self.write(&file, secret.as_str())?;
        Ok(secret)
    }

    fn write(&self, file: &Path, text: &str) -> Result<()> {
        let written = private_file().truncate(true).open(file).and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("cannot write {}", file.display()))
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

/// Whether the folder contains files, and none of them says that it is a data folder. Making such a folder private would
/// lock others out of it.
fn is_foreign(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut files) => Ok(files.next().is_some() && ![LOCK, DATABASE].iter().any(|own| path.join(own).exists())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates the folder if it does not exist, and lets only its owner use it: it contains the keys of the service, and what
/// students write. So nobody else can open the pictures in it either.
fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700).create(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    builder.create(path)?;
    Ok(())
}

/// Opens files for writing that only the owner can use. Creates them if they do not exist.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.create(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

fn address_file(path: &Path) -> PathBuf {
    path.join("dynamodb.url")
}
