//! Keeping the index.
//!
//! The index must follow the posts although records of the stream come late, twice and in any order, although a consumer can
//! be killed at any point, and although an operator rebuilds the index at the same time. So nothing is taken from a record
//! but the id of the post. The consumer compares the current post with the indexed text, and changes the index in steps:
//!
//! 1. It writes the new text as the indexed text, with all texts whose grams may be in the index, on the condition that the
//!    version is the one that it has read. The version changes. A later consumer that finds such a row takes over.
//! 2. It puts the missing grams. These writes are cheap and have no condition: a row too many does no harm, because every
//!    hit is read again.
//! 3. It deletes the grams that the new text does not have, on the condition that the version is unchanged: a row too few
//!    would lose a post. If the post is gone for ever, nothing can be lost, so these deletions have no condition either.
//! 4. It writes that the index has exactly the grams of the new text, on the same condition.
//! 5. It reads the post again, and starts again if it has changed.
//!
//! If another consumer takes over, one of the conditions fails. The consumer then removes what it may have put too late. If
//! it is killed before, these rows stay: no search shows them, `campus audit` reports them, and `campus search rebuild`
//! deletes them.

use std::collections::BTreeSet;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use super::{SearchIndex, gram_key, indexed_key};
use crate::domain::{Gram, IndexText, PostHead, PostId, SchoolId, Time};
use crate::store::content::{boards, posts};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority};

/// How many rows a transaction deletes. DynamoDB allows 100 writes; another one checks the version.
const DELETED_AT_ONCE: usize = 99;

/// The compression level, from 1 to 10.
const COMPRESSION_LEVEL: u8 = 6;

/// The maximum size of the decompressed texts of a post, in bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// From how many lines of former texts on the index first forgets them. The size of a row is limited, and each edit during
/// a change adds a text.
const MAX_FORMER_LINES: usize = 8;

/// What the index has of a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IndexedText {
    /// Another one after each change.
    version: Uuid,
    /// When the version was written.
    pub(crate) changed_at: Time,
    /// The text whose grams the index has, compressed.
    text: ByteBuf,
    /// While the index is being changed: all texts whose grams it may have besides, compressed. Then it is not known which
    /// grams it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<ByteBuf>,
}

/// What the index should have of a post.
enum Wanted {
    Text(IndexText),
    /// Nothing: the post is hidden. It may be shown again.
    Hidden,
    /// Nothing: the post or its board is deleted. This never changes.
    Gone,
}

/// Which grams a change puts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Puts {
    /// Those that the indexed text does not have.
    Missing,
    /// All grams of the text, because rows may be lost.
    All,
}

/// What has to be done so that the index has the grams of a text.
struct IndexChange {
    school: SchoolId,
    post: PostId,
    /// The version that was read; `None` if nothing was indexed.
    seen: Option<Uuid>,
    wanted: Wanted,
    /// All texts whose grams may be in the index.
    former: IndexText,
    /// The grams that certainly are in the index.
    present: BTreeSet<Gram>,
}

impl Wanted {
    fn text(&self) -> Option<&IndexText> {
        match self {
            Self::Text(text) => Some(text),
            Self::Hidden | Self::Gone => None,
        }
    }
}

impl IndexedText {
    fn new(text: &IndexText, former: Option<&IndexText>, changed_at: Time) -> Self {
        Self { version: Uuid::new_v4(), changed_at, text: compress(text), former: former.map(compress) }
    }

    /// The indexed text.
    pub(crate) fn text(&self) -> Result<IndexText, Error> {
        decompress(&self.text)
    }

    pub(super) fn version(&self) -> Uuid {
        self.version
    }

    /// Whether the index is being changed.
    pub(crate) fn is_changing(&self) -> bool {
        self.former.is_some()
    }

    /// All texts whose grams may be in the index.
    pub(super) fn all_texts(&self) -> Result<Vec<IndexText>, Error> {
        [Some(&self.text), self.former.as_ref()].into_iter().flatten().map(decompress).collect()
    }
}

fn compress(text: &IndexText) -> ByteBuf {
    ByteBuf::from(compress_to_vec_zlib(text.as_str().as_bytes(), COMPRESSION_LEVEL))
}

fn decompress(compressed: &ByteBuf) -> Result<IndexText, Error> {
    let text = decompress_to_vec_zlib_with_limit(compressed, MAX_BYTES).map_err(Error::unexpected)?;
    Ok(IndexText::from_folded(String::from_utf8(text).map_err(Error::unexpected)?))
}

impl SearchIndex {
    /// Makes the index have exactly the grams of the current post, or none if the post is hidden or if it or its board does
    /// not exist. Relies on the indexed text for what the index has: rows that it does not tell of stay.
    ///
    /// # Errors
    /// [`Error::Contention`] if others continue to change the index of the post.
    pub async fn update(&self, school: SchoolId, post: PostId) -> Result<(), Error> {
        self.follow(school, post, Puts::Missing).await
    }

    /// Like [`update`](Self::update), but also puts the grams that should be in the index already.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub async fn repair(&self, school: SchoolId, post: PostId) -> Result<(), Error> {
        self.follow(school, post, Puts::All).await
    }

    async fn follow(&self, school: SchoolId, post: PostId, mut puts: Puts) -> Result<(), Error> {
        // The texts whose grams this call may have put after another consumer took over.
        let mut late: Vec<IndexText> = Vec::new();
        let mut backoff = Backoff::begin();
        while let Some(change) = self.plan(school, post, &late, puts).await? {
            let started = self.start(&change).await;
            let has_started = started.is_ok();
            let finished = match started {
                Ok(started) => self.finish(&change, started).await,
                Err(error) => Err(error),
            };
            match finished {
                Ok(()) => {
                    late.clear();
                    puts = Puts::Missing;
                }
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    late.extend(change.wanted.text().filter(|_| has_started).cloned());
                }
                failed => return failed,
            }
        }
        Ok(())
    }

    /// What has to be done now; `None` if it is nothing. Reads the indexed text before the post: then the post is at least
    /// as new as what the last consumer has seen.
    async fn plan(
        &self,
        school: SchoolId,
        post: PostId,
        late: &[IndexText],
        puts: Puts,
    ) -> Result<Option<IndexChange>, Error> {
        let indexed: Option<IndexedText> = self.table.get(indexed_key(school, post), Read::Consistent).await?;
        let mut wanted = self.wanted(school, post).await?;
        let (mut former, mut present) = (late.to_vec(), BTreeSet::new());
        if let Some(indexed) = &indexed {
            former.extend(indexed.all_texts()?);
        }
        if let Some(indexed) = indexed.as_ref().filter(|indexed| puts == Puts::Missing && !indexed.is_changing()) {
            let text = indexed.text()?;
            if late.is_empty() && wanted.text() == Some(&text) {
                return Ok(None);
            }
            present = text.grams();
        }
        if indexed.is_none() && late.is_empty() && wanted.text().is_none() {
            return Ok(None);
        }
        let former = IndexText::union(&former);
        if former.as_str().lines().count() > MAX_FORMER_LINES && wanted.text().is_some() {
            wanted = Wanted::Text(IndexText::default());
        }
        Ok(Some(IndexChange { school, post, seen: indexed.map(|it| it.version), wanted, former, present }))
    }

    async fn wanted(&self, school: SchoolId, post: PostId) -> Result<Wanted, Error> {
        let (head_key, body_key) = (posts::head_key(school, post), posts::body_key(school, post));
        let board_key = boards::key(school, post.board());
        let keys = [head_key.clone(), body_key.clone(), board_key.clone()];
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let body: Option<posts::PostBody<'static>> = rows.take(&body_key)?;
        let Some((head, body)) = head.zip(body).filter(|_| rows.has(&board_key)) else { return Ok(Wanted::Gone) };
        if head.check_not_hidden().is_err() {
            return Ok(Wanted::Hidden);
        }
        Ok(Wanted::Text(IndexText::of_post(head.title.as_str(), body.content.as_str())))
    }

    /// Writes that the index is being changed. Returns the version.
    ///
    /// # Errors
    /// [`Error::Stale`] if another consumer was faster. Nothing was written.
    async fn start(&self, change: &IndexChange) -> Result<Uuid, Error> {
        let key = indexed_key(change.school, change.post);
        let text = change.wanted.text().cloned().unwrap_or_default();
        let started = IndexedText::new(&text, Some(&change.former), self.table.clock().now());
        let transaction = self.table.transaction(ServiceAuthority);
        let transaction = match &change.seen {
            Some(version) => transaction.replace_version(&key, &started, version)?,
            None => transaction.create(&key, &started)?,
        };
        transaction.on_condition_failed(Error::Stale).commit().await?;
        Ok(started.version)
    }

    /// Puts and deletes grams, and writes that the index is exact.
    ///
    /// # Errors
    /// [`Error::Stale`] if another consumer has taken over.
    async fn finish(&self, change: &IndexChange, started: Uuid) -> Result<(), Error> {
        let IndexChange { school, post, wanted, former, present, .. } = change;
        let grams = wanted.text().map(IndexText::grams).unwrap_or_default();
        let key_of = |gram: &Gram| gram_key(*school, gram, *post);
        self.table.put_keys(ServiceAuthority, grams.difference(present).map(key_of)).await?;

        let former = former.grams();
        let dropped: Vec<Key> = former.difference(&grams).map(key_of).collect();
        match wanted {
            Wanted::Gone => self.table.delete_keys(ServiceAuthority, dropped).await?,
            Wanted::Text(_) | Wanted::Hidden => self.delete_grams(*school, *post, Some(started), dropped).await?,
        }

        let key = indexed_key(*school, *post);
        let transaction = self.table.transaction(ServiceAuthority);
        let transaction = match wanted.text() {
            Some(text) => {
                transaction.replace_version(&key, &IndexedText::new(text, None, self.table.clock().now()), started)?
            }
            None => transaction.delete_if(key, RowUpdate::default().if_equal(&["version"], started)?)?,
        };
        transaction.on_condition_failed(Error::Stale).commit().await
    }

    /// Deletes rows of grams of the post while the indexed text has this version, or while there is none. Transactions that
    /// check the same row conflict, so they run one after the other.
    ///
    /// # Errors
    /// [`Error::Stale`] if the indexed text has another version.
    pub(super) async fn delete_grams(
        &self,
        school: SchoolId,
        post: PostId,
        version: Option<Uuid>,
        grams: Vec<Key>,
    ) -> Result<(), Error> {
        for keys in grams.chunks(DELETED_AT_ONCE) {
            let (key, transaction) = (indexed_key(school, post), self.table.transaction(ServiceAuthority));
            let transaction = match version {
                Some(version) => transaction.check(key, RowUpdate::default().if_equal(&["version"], version)?)?,
                None => transaction.check_absent(key)?,
            };
            let mut transaction = transaction.on_condition_failed(Error::Stale);
            for key in keys {
                transaction = transaction.delete_if(key.clone(), RowUpdate::default())?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }
}
