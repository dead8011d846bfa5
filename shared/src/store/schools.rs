//! Schools. Two rows each: one by id, and one in the directory, whose key is the name, which makes names unique and
//! the directory sorted.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | school | `SCHOOL#<id>` | `SCHOOL` |
//! | directory entry | `SCHOOLS` | `NAME#<folded name>` |

use super::audit::{Entry, Fact, Kind};
use super::table::Service;
use super::{Error, Key, Page, Range, Read, Table};
use crate::domain::{EmailDomain, School, SchoolId, SchoolName, fold};

const DIRECTORY: &str = "SCHOOLS";
const NAME: &str = "NAME#";

/// Access to schools.
#[derive(Clone, Debug)]
pub struct Schools {
    table: Table,
}

/// The beginning of every partition key of the school's things.
pub(super) fn partition(school: SchoolId) -> String {
    format!("SCHOOL#{school}")
}

pub(super) fn key(school: SchoolId) -> Key {
    Key::new(partition(school), "SCHOOL")
}

/// The school of a partition key, and what stands behind it.
pub(super) fn of_partition(pk: &str) -> Option<(SchoolId, &str)> {
    let behind = pk.strip_prefix("SCHOOL#")?;
    let (school, rest) = behind.split_at(behind.find('#').unwrap_or(behind.len()));
    Some((school.parse().ok()?, rest))
}

fn directory_key(name: &SchoolName) -> Key {
    Key::new(DIRECTORY, format!("{NAME}{}", fold(name.as_str())))
}

impl Schools {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The school with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, id: SchoolId) -> Result<School, Error> {
        self.table.get(key(id), Read::Lagging).await?.ok_or(Error::NotFound)
    }

    /// A page of the directory, by name: the schools with this text in their names, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
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

    /// The whole directory.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn all(&self) -> Result<Vec<School>, Error> {
        let rows = self.table.query_all(Range { read: Read::Latest, ..self.directory(None) }).await?;
        Ok(rows.into_iter().map(|(_, school)| school).collect())
    }

    /// Adds a school. Somebody else's school of the same name, added meanwhile, stays as it is, and nothing is added.
    ///
    /// # Errors
    /// [`Error::Stale`] for such a school; those of a transaction.
    pub async fn add(&self, name: SchoolName, email_domains: Vec<EmailDomain>) -> Result<School, Error> {
        let school = School { id: SchoolId::new(self.table.clock().now()), name, email_domains };
        self.table
            .transaction(Service)
            .create(&directory_key(&school.name), &school)?
            .on_condition_failed(Error::Stale)
            .create(&key(school.id), &school)?
            .commit()
            .await?;
        Ok(school)
    }

    /// Gives a school other e-mail domains.
    ///
    /// # Errors
    /// Those of a transaction.
    pub async fn set_email_domains(&self, school: &School, email_domains: Vec<EmailDomain>) -> Result<(), Error> {
        let school = School { email_domains, ..school.clone() };
        self.table
            .transaction(Service)
            .overwrite(&directory_key(&school.name), &school)?
            .overwrite(&key(school.id), &school)?
            .commit()
            .await
    }

    fn directory(&self, after: Option<String>) -> Range {
        Range { read: Read::Lagging, ..Range::oldest_first(DIRECTORY.to_owned(), NAME).after(after) }
    }
}

/// Both rows of a school hold the same.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let said = |school: &School| {
        let School { id, name, email_domains } = school;
        let domains: Vec<_> = email_domains.iter().map(EmailDomain::as_str).collect();
        Fact::That(format!("school {id} is named {:?} and has the e-mail domains {domains:?}", name.as_str()))
    };
    if entry.key.pk == DIRECTORY && entry.key.sk.starts_with(NAME) {
        if let Some(school) = entry.read::<School>()
            && entry.belongs_at(&directory_key(&school.name))
        {
            entry.post(-1, said(&school));
        }
        return Some("directory entry");
    }
    let (id, "") = of_partition(&entry.key.pk)? else { return None };
    if *entry.key != key(id) {
        return None;
    }
    entry.gives();
    if let Some(school) = entry.read::<School>()
        && entry.belongs_at(&key(school.id))
    {
        entry.post(1, said(&school));
    }
    Some("school")
}
