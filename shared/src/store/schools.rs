//! Schools. Each school has two rows with the same content: one by id, and one in the directory. The key of the
//! directory entry is the name, which makes names unique and sorts the directory.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | school | `SCHOOL#<id>` | `SCHOOL` |
//! | directory entry | `SCHOOLS` | `NAME#<folded name>` |

use crate::domain::{EmailDomain, ReportThreshold, School, SchoolId, SchoolName, VerificationPolicy, YoungDays, fold};
use crate::store::dynamo::{Backoff, Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, Table};

pub(crate) const DIRECTORY: &str = "SCHOOLS";
pub(crate) const NAME: &str = "NAME#";

/// Access to schools.
#[derive(Clone, Debug)]
pub struct Schools {
    table: Table,
}

/// The partition of the school row, and the prefix of all other partition keys in the school.
pub(crate) fn partition(school: SchoolId) -> String {
    format!("SCHOOL#{school}")
}

pub(crate) fn key(school: SchoolId) -> Key {
    Key::new(partition(school), "SCHOOL")
}

/// Splits a partition key into its school and the rest; `None` if it does not begin with a school.
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, &str)> {
    let id_and_rest = pk.strip_prefix("SCHOOL#")?;
    let (school, rest) = id_and_rest.split_at(id_and_rest.find('#').unwrap_or(id_and_rest.len()));
    Some((school.parse().ok()?, rest))
}

/// The condition that the row of the school is as it was read.
fn is_unchanged(school: &School) -> Result<RowUpdate, Error> {
    let School { id: _, name, email_domains, policy, young_days, report_threshold } = school;
    RowUpdate::of_existing()
        .if_equal(&["name"], name)?
        .if_equal(&["email_domains"], email_domains)?
        .if_equal(&["policy"], policy)?
        .if_equal(&["young_days"], young_days)?
        .if_equal(&["report_threshold"], report_threshold)
}

pub(crate) fn directory_key(name: &SchoolName) -> Key {
    Key::new(DIRECTORY, format!("{NAME}{}", fold(name.as_str())))
}

impl Schools {
    /// Schools in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The school with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub async fn get(&self, id: SchoolId) -> Result<School, Error> {
        self.table.get(key(id), Read::Eventual).await?.ok_or(Error::NotFound)
    }

    /// A page of the directory, sorted by name, after the given position. With `text`, only schools whose folded names
    /// contain it; such a page may have fewer than `limit` schools and still have a next page.
    pub async fn search(
        &self,
        text: Option<&str>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<School, String>, Error> {
        let range = self.directory(after);
        let page = match text {
            None => self.table.query(range, Some(limit)).await?,
            Some(text) => {
                let text = fold(text);
                let named = |school: &School| fold(school.name.as_str()).contains(&text);
                self.table.query_where(range, limit, named).await?
            }
        };
        Ok(Page { items: page.items.into_iter().map(|(_, school)| school).collect(), next: page.next })
    }

    /// All schools, sorted by name.
    pub async fn all(&self) -> Result<Vec<School>, Error> {
        let rows = self.table.query_all(Range { read: Read::Consistent, ..self.directory(None) }).await?;
        Ok(rows.into_iter().map(|(_, school)| school).collect())
    }

    /// Adds a school.
    ///
    /// # Errors
    /// [`Error::Stale`] if a school with the same folded name exists.
    pub async fn add(
        &self,
        name: SchoolName,
        email_domains: Vec<EmailDomain>,
        policy: VerificationPolicy,
    ) -> Result<School, Error> {
        let school = School {
            id: SchoolId::new(self.table.clock().now()),
            name,
            email_domains,
            policy,
            young_days: YoungDays::default(),
            report_threshold: ReportThreshold::default(),
        };
        self.table
            .transaction(ServiceAuthority)
            .create(&directory_key(&school.name), &school)?
            .on_condition_failed(Error::Stale)
            .create(&key(school.id), &school)?
            .commit()
            .await?;
        Ok(school)
    }

    /// Sets how the students of a school are verified, and their email domains.
    pub async fn set_policy(
        &self,
        school: &School,
        policy: VerificationPolicy,
        email_domains: &[EmailDomain],
    ) -> Result<(), Error> {
        let change = || RowUpdate::of_existing().set(&["policy"], policy)?.set(&["email_domains"], email_domains);
        self.change(school, change).await
    }

    /// Sets for how many days accounts of the school are young. Access tokens carry the end of this time, so those issued
    /// before keep the old one until they expire.
    pub async fn set_young_days(&self, school: &School, young_days: YoungDays) -> Result<(), Error> {
        let change = || RowUpdate::of_existing().set(&["young_days"], young_days);
        self.change(school, change).await
    }

    /// Sets at which weight reports hide something. Applies to the next report.
    pub async fn set_report_threshold(&self, school: &School, threshold: ReportThreshold) -> Result<(), Error> {
        let change = || RowUpdate::of_existing().set(&["report_threshold"], threshold);
        self.change(school, change).await
    }

    /// Renames a school. Names that differ only in case or Unicode form are the same name, so a school can also get another
    /// form of its own name.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Stale`] if another school has the name.
    pub async fn rename(&self, id: SchoolId, name: &SchoolName) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let school: School = self.table.get(key(id), Read::Consistent).await?.ok_or(Error::NotFound)?;
            let renamed = School { name: name.clone(), ..school.clone() };
            let (old_entry, new_entry) = (directory_key(&school.name), directory_key(name));
            let change = is_unchanged(&school)?.set(&["name"], name)?;
            let transaction = self.table.transaction(ServiceAuthority).update(key(id), change)?.on_modified();
            let transaction = if old_entry == new_entry {
                transaction.overwrite(&new_entry, &renamed)?
            } else {
                transaction.create(&new_entry, &renamed)?.on_condition_failed(Error::Stale).delete(old_entry)?
            };
            match transaction.commit().await {
                // Another command has changed the school: the directory entry would have its old settings.
                Err(Error::Modified(_)) => backoff.pause().await?,
                renamed => return renamed,
            }
        }
    }

    /// Changes both rows.
    ///
    /// # Errors
    /// [`Error::Stale`] if the school has got another name since it was read.
    async fn change(&self, school: &School, change: impl Fn() -> Result<RowUpdate, Error>) -> Result<(), Error> {
        self.table
            .transaction(ServiceAuthority)
            .update(directory_key(&school.name), change()?.if_equal(&["id"], school.id)?)?
            .on_condition_failed(Error::Stale)
            .update(key(school.id), change()?)?
            .commit()
            .await
    }

    fn directory(&self, after: Option<String>) -> Range {
        Range { read: Read::Eventual, ..Range::oldest_first(DIRECTORY.to_owned(), NAME).after(after) }
    }
}
