//! The options `--data` and `--table`, which say on which table a command works.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aws_config::BehaviorVersion;
use campus_core::clock::Clock;
use campus_core::store::{Connection, Table};
use campus_local::{Engine, Folder};
use clap::Args;

const HEADING: &str = "Table (one of these is required)";

// No doc comment: clap would use it as the description of a command.
#[derive(Debug, Args)]
#[group(required = table_from_env().is_none(), multiple = false)]
pub(crate) struct TableArgs {
    /// The table of a local service: the folder of its data. The service may be running
    #[arg(long, value_name = "DIR", help_heading = HEADING)]
    data: Option<PathBuf>,
    /// A table on AWS, in the account and region of the environment. The default is the environment variable CAMPUS_TABLE
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    table: Option<String>,
}

/// A table, and what must stay open while a command works on it.
struct OpenTable {
    table: Table,
    /// The engine of a local table that no running service uses.
    engine: Option<(Engine, Folder)>,
}

fn table_from_env() -> Option<String> {
    std::env::var("CAMPUS_TABLE").ok().filter(|name| !name.is_empty())
}

impl TableArgs {
    /// Opens the table, does the work, and closes the table, even if the work fails.
    pub(crate) async fn run<T>(&self, work: impl AsyncFnOnce(&Table) -> Result<T>) -> Result<T> {
        let open = self.open().await?;
        let result = work(&open.table).await;
        let closed = open.close().await;
        let value = result?;
        closed?;
        Ok(value)
    }

    async fn open(&self) -> Result<OpenTable> {
        match (&self.data, self.table.clone().or_else(table_from_env)) {
            (Some(data), _) => OpenTable::local(data).await,
            (None, Some(name)) => OpenTable::on_aws(name).await,
            (None, None) => anyhow::bail!("add --data DIR or --table NAME"),
        }
    }
}

impl OpenTable {
    async fn on_aws(name: String) -> Result<Self> {
        let aws = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
        aws.region().context("no AWS region is set: set AWS_REGION, or a region in the AWS profile")?;
        let connection = Connection::new(aws_sdk_dynamodb::config::Builder::from(&aws), name);
        Ok(Self { table: Table::new(connection, Clock::default()), engine: None })
    }

    /// Connects to the engine of the service that uses the folder. If none does, starts an engine on the folder.
    async fn local(data: &Path) -> Result<Self> {
        let name = data.display();
        anyhow::ensure!(data.exists(), "the folder {name} does not exist: create it with `campus dev --data {name}`");
        anyhow::ensure!(data.is_dir(), "{name} is not a folder");
        let (connection, engine) = match Folder::lock(data)? {
            Some(folder) => {
                let engine = Engine::on_file(&folder.database(), folder.secret()?).await?;
                folder.announce(engine.url())?;
                (engine.connection(), Some((engine, folder)))
            }
            None => (Engine::connection_to(&Folder::announced(data)?), None),
        };
        Ok(Self { table: Table::new(connection, Clock::default()), engine })
    }

    /// Stops the engine, if this process has started one. After that, all writes are on disk.
    async fn close(self) -> Result<()> {
        if let Some((engine, folder)) = self.engine {
            engine.stop().await?;
            drop(folder);
        }
        Ok(())
    }
}
