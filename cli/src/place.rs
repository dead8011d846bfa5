//! Where a command works: on a folder of this machine, or on a table on AWS.

use std::path::PathBuf;

use anyhow::{Context, Result};
use aws_config::BehaviorVersion;
use campus_core::clock::Clock;
use campus_core::store::{Connection, Table};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory};

use crate::desk::{Engine, Folder};

/// Says where the table is.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The folder of a `campus dev`, which may be running
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The table on AWS, in the account and region of the environment
    /// [default: the environment variable CAMPUS_TABLE]
    #[arg(long, value_name = "NAME", conflicts_with = "data")]
    table: Option<String>,
}

/// A table to work on, and whatever has to live as long as the work.
pub(crate) struct Workplace {
    pub(crate) table: Table,
    engine: Option<(Engine, Folder)>,
}

impl Place {
    /// Opens the table.
    pub(crate) async fn open(&self) -> Result<Workplace> {
        let table = self.table.clone().or_else(|| std::env::var("CAMPUS_TABLE").ok());
        match (&self.data, table) {
            (Some(data), _) => Workplace::on_desk(data).await,
            (None, Some(name)) => {
                let aws = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
                aws.region().context("no AWS region is set: say one in AWS_REGION or in the profile")?;
                let connection = Connection::new(aws_sdk_dynamodb::config::Builder::from(&aws), name);
                Ok(Workplace { table: Table::new(connection, Clock::default()), engine: None })
            }
            (None, None) => crate::Command::command()
                .error(ErrorKind::MissingRequiredArgument, "say where: --data DIR or --table NAME")
                .exit(),
        }
    }
}

impl Workplace {
    /// Joins the engine that runs on the folder, or runs one.
    async fn on_desk(data: &std::path::Path) -> Result<Self> {
        anyhow::ensure!(data.is_dir(), "there is no folder {}: `campus dev` makes one", data.display());
        match Folder::lock(data)? {
            Some(folder) => {
                let engine = Engine::on_file(&folder.database()).await?;
                folder.announce(engine.url())?;
                let table = Table::new(engine.connection(), Clock::default());
                Ok(Self { table, engine: Some((engine, folder)) })
            }
            None => {
                let url = Folder::announced(data)?;
                Ok(Self { table: Table::new(Engine::connection_to(&url), Clock::default()), engine: None })
            }
        }
    }

    /// Ends the work: what was written is on disk.
    pub(crate) async fn close(self) -> Result<()> {
        match self.engine {
            Some((engine, folder)) => {
                engine.stop().await?;
                drop(folder);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
