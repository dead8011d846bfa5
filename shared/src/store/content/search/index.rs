//! Keeping the index.
//!
//! The index must follow the posts although records of the stream come late, twice and in any order, although a consumer can
//! be killed at any point, and although an operator rebuilds the index at the same time. So nothing is taken from a record
//! but the id of the post. The consumer compares the current post with the indexed text, and changes the index in steps:
//!
//! 1. It writes the new text as the indexed text, with all texts whose grams may be in the index, on the condition that the
//!    version is the one that it has read. From now on, it alone changes the index of the post, until the version changes.
//! 2. It puts the missing grams. These writes are cheap and have no condition: a row too many does no harm, because every
//!    hit is read again.
//! 3. It deletes the grams that the new text does not have, on the condition that the version is unchanged: a row too few
//!    would lose a post.
//! 4. It writes that the index has exactly the grams of the new text, on the same condition.
//! 5. It reads the post again, and starts again if it has changed.
//!
//! If another consumer takes over, one of the conditions fails. The consumer then removes what it may have put too late.

use std::collections::BTreeSet;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use super::{SearchIndex, gram_key, indexed_key};
use crate::domain::{Gram, IndexText, PostHead, PostId, SchoolId};
use crate::store::content::{boards, posts};
use crate::store::dynamo::{Backoff, Error, Read, RowUpdate, ServiceAuthority};

/// How many rows a transaction deletes. DynamoDB allows 100 writes; another one checks the version.
const DELETED_AT_ONCE: usize = 99;

/// The compression level, from 1 to 10.
const COMPRESSION_LEVEL: u8 = 6;

/// The maximum size of the decompressed texts of a post, in bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What the index has of a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IndexedText {
    /// Another one after each change.
    version: Uuid,
    /// The text whose grams the index has, compressed.
    text: ByteBuf,
    /// While the index is being changed: all texts whose grams it may have besides, compressed. Then it is not known which
    /// grams it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<ByteBuf>,
}

/// What has to be done so that the index has the grams of a text.
struct IndexChange {
    school: SchoolId,
    post: PostId,
    /// The version that was read; `None` if nothing was indexed.
    seen: Option<Uuid>,
    /// The text to index; `None` if the post is not to be found.
    wanted: Option<IndexText>,
    /// All texts whose grams may be in the index.
    former: IndexText,
    /// The grams that certainly are in the index.
    present: BTreeSet<Gram>,
}

impl IndexedText {
    fn new(text: &IndexText, former: Option<&IndexText>) -> Self {
        Self { version: Uuid::new_v4(), text: compress(text), former: former.map(compress) }
    }

    /// The indexed text.
    pub(crate) fn text(&self) -> Result<IndexText, Error> {
        decompress(&self.text)
    }

    /// Whether the index is being changed.
    pub(crate) fn is_changing(&self) -> bool {
        self.former.is_some()
    }

    /// All texts whose grams may be in the index.
    fn all_texts(&self) -> Result<Vec<IndexText>, Error> {
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
    /// Makes the index have exactly the grams of the current post, or none if the post or its board does not exist.
    ///
    /// # Errors
    /// [`Error::Stale`] if others continue to change the index of the post.
    pub async fn update(&self, school: SchoolId, post: PostId) -> Result<(), Error> {
        self.follow(school, post, true).await
    }

    /// Like [`update`](Self::update), but also puts the grams that should be in the index already.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub async fn repair(&self, school: SchoolId, post: PostId) -> Result<(), Error> {
        self.follow(school, post, false).await
    }

    async fn follow(&self, school: SchoolId, post: PostId, mut is_trusted: bool) -> Result<(), Error> {
        // The texts whose grams this call may have put after another consumer took over.
        let mut late: Vec<IndexText> = Vec::new();
        let mut backoff = Backoff::begin();
        while let Some(change) = self.plan(school, post, &late, is_trusted).await? {
            match self.apply(&change).await {
                Ok(()) => {
                    late.clear();
                    is_trusted = true;
                }
                Err(Error::Stale) if backoff.pause().await => late.extend(change.wanted),
                result => return result,
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
        is_trusted: bool,
    ) -> Result<Option<IndexChange>, Error> {
        let indexed: Option<IndexedText> = self.table.get(indexed_key(school, post), Read::Consistent).await?;
        let wanted = self.current_text(school, post).await?;
        let (mut former, mut present) = (late.to_vec(), BTreeSet::new());
        if let Some(indexed) = &indexed {
            former.extend(indexed.all_texts()?);
        }
        if let Some(indexed) = indexed.as_ref().filter(|indexed| is_trusted && !indexed.is_changing()) {
            let text = indexed.text()?;
            if late.is_empty() && wanted.as_ref() == Some(&text) {
                return Ok(None);
            }
            present = text.grams();
        }
        if indexed.is_none() && late.is_empty() && wanted.is_none() {
            return Ok(None);
        }
        let former = IndexText::join(former);
        Ok(Some(IndexChange { school, post, seen: indexed.map(|it| it.version), wanted, former, present }))
    }

    /// The text of the post; `None` if it or its board does not exist.
    async fn current_text(&self, school: SchoolId, post: PostId) -> Result<Option<IndexText>, Error> {
        let (head_key, body_key) = (posts::head_key(school, post), posts::body_key(school, post));
        let board_key = boards::key(school, post.board());
        let keys = [head_key.clone(), body_key.clone(), board_key.clone()];
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let body: Option<posts::PostBody<'static>> = rows.take(&body_key)?;
        let post = head.zip(body).filter(|_| rows.has(&board_key));
        Ok(post.map(|(head, body)| IndexText::of_post(head.title.as_str(), body.content.as_str())))
    }

    /// # Errors
    /// [`Error::Stale`] if another consumer has taken over.
    async fn apply(&self, change: &IndexChange) -> Result<(), Error> {
        let IndexChange { school, post, seen, wanted, former, present } = change;
        let key = indexed_key(*school, *post);
        let text = wanted.clone().unwrap_or_default();
        let begun = IndexedText::new(&text, Some(former));
        let transaction = self.table.transaction(ServiceAuthority);
        let transaction = match seen {
            Some(version) => transaction.replace_version(&key, &begun, version)?,
            None => transaction.create(&key, &begun)?,
        };
        transaction.on_condition_failed(Error::Stale).commit().await?;

        let grams = text.grams();
        let missing = grams.difference(present).map(|gram| gram_key(*school, gram, *post));
        self.table.put_keys(ServiceAuthority, missing).await?;

        let unchanged = || RowUpdate::default().if_equal(&["version"], begun.version);
        let former = former.grams();
        let left: Vec<&Gram> = former.difference(&grams).collect();
        for left in left.chunks(DELETED_AT_ONCE) {
            let mut transaction = self.table.transaction(ServiceAuthority).check(key.clone(), unchanged()?)?;
            transaction = transaction.on_condition_failed(Error::Stale);
            for gram in left {
                transaction = transaction.delete_if(gram_key(*school, gram, *post), RowUpdate::default())?;
            }
            transaction.commit().await?;
        }

        let transaction = self.table.transaction(ServiceAuthority);
        let transaction = match wanted {
            Some(text) => transaction.replace_version(&key, &IndexedText::new(text, None), begun.version)?,
            None => transaction.delete_if(key, unchanged()?)?,
        };
        transaction.on_condition_failed(Error::Stale).commit().await
    }
}
