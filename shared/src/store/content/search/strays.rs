//! Removing rows of the index that lead to nothing, for operators: rows that a consumer put too late before it was killed, and
//! rows of posts whose deletion the consumer has not seen.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{IndexedText, SearchIndex, gram_key, indexed_key, parse_gram_key, parse_indexed_key};
use crate::domain::{Gram, PostId, SchoolId};
use crate::store::dynamo::{Backoff, Error, Item, Key, Page, Read};

/// How many posts are done at the same time.
const CONCURRENT_POSTS: usize = 5;

type Post = (SchoolId, PostId);

impl SearchIndex {
    /// Deletes the rows of the index that no post has: of this school, or of all. Reads every row of the table, twice if some
    /// rows have to be deleted. The service can run meanwhile. Calls `progress` with the number of rows that were read.
    /// Returns the number of grams that were deleted besides those of deleted and hidden posts with an indexed text.
    ///
    /// # Errors
    /// If the table cannot be read or written.
    pub async fn remove_strays(&self, school: Option<SchoolId>, mut progress: impl FnMut(u64)) -> Result<u64, Error> {
        let (mut rows, mut removed) = (0_u64, 0_u64);
        let suspects = self.suspects(school, |read| progress(add(&mut rows, read))).await?;
        let mut after = None;
        while !suspects.is_empty() {
            let Page { items, next } = self.table.scan(after).await?;
            let mut found: BTreeMap<Post, Vec<Gram>> = BTreeMap::new();
            for (school, gram, post) in items.iter().filter_map(|(key, _)| parse_gram_key(key)) {
                found.entry((school, post)).or_default().push(gram);
            }
            found.retain(|post, _| suspects.contains(post));
            let removals: Vec<_> = found.into_iter().map(|(post, grams)| self.remove_strays_of(post, grams)).collect();
            let counts: Vec<usize> = stream::iter(removals).buffer_unordered(CONCURRENT_POSTS).try_collect().await?;
            add(&mut removed, counts.into_iter().sum());
            progress(add(&mut rows, items.len()));
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(removed)
    }

    /// The posts whose indexed text does not have exactly the grams of their rows, or that are being changed. Updates each
    /// post that has an indexed text.
    async fn suspects(
        &self,
        school: Option<SchoolId>,
        mut progress: impl FnMut(usize),
    ) -> Result<BTreeSet<Post>, Error> {
        // Of each post, the sum of the hashes of the grams of its indexed text, less those of its rows.
        let mut sums: HashMap<Post, u64> = HashMap::new();
        let mut after = None;
        loop {
            let Page { items, next } = self.table.scan(after).await?;
            let read = items.len();
            let mut indexed = Vec::new();
            for (key, row) in items {
                if let Some((of, gram, post)) = parse_gram_key(&key).filter(|(of, ..)| is_in(school, *of)) {
                    let sum = sums.entry((of, post)).or_default();
                    *sum = sum.wrapping_sub(hash(&gram));
                } else if let Some((of, post)) = parse_indexed_key(&key).filter(|(of, _)| is_in(school, *of)) {
                    let sum = sums.entry((of, post)).or_default();
                    *sum = sum.wrapping_add(sum_of(row)?);
                    indexed.push(self.update(of, post));
                }
            }
            stream::iter(indexed).buffer_unordered(CONCURRENT_POSTS).try_collect::<()>().await?;
            progress(read);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(sums.into_iter().filter(|(_, sum)| *sum != 0).map(|(post, _)| post).collect()),
            }
        }
    }

    /// Deletes those of the grams that the index should not have for the post. Returns their number.
    async fn remove_strays_of(&self, (school, post): Post, found: Vec<Gram>) -> Result<usize, Error> {
        let mut backoff = Backoff::begin();
        loop {
            self.update(school, post).await?;
            let indexed: Option<IndexedText> = self.table.get(indexed_key(school, post), Read::Consistent).await?;
            let version = indexed.as_ref().map(IndexedText::version);
            let texts = indexed.as_ref().map(IndexedText::all_texts).transpose()?.unwrap_or_default();
            let known: BTreeSet<Gram> = texts.iter().flat_map(crate::domain::IndexText::grams).collect();
            let strays = found.iter().filter(|gram| !known.contains(*gram)).map(|gram| gram_key(school, gram, post));
            let strays: Vec<Key> = strays.collect();
            let count = strays.len();
            match self.delete_grams(school, post, version, strays).await {
                Err(Error::Stale) => backoff.pause().await?,
                result => return result.map(|()| count),
            }
        }
    }
}

fn is_in(wanted: Option<SchoolId>, school: SchoolId) -> bool {
    wanted.is_none_or(|wanted| wanted == school)
}

/// Adds to a count, and returns it.
fn add(count: &mut u64, more: usize) -> u64 {
    *count = count.saturating_add(u64::try_from(more).unwrap_or_default());
    *count
}

fn sum_of(row: Item) -> Result<u64, Error> {
    let indexed: IndexedText = serde_dynamo::from_item(row)?;
    Ok(indexed.text()?.grams().iter().fold(0, |sum, gram| sum.wrapping_add(hash(gram))))
}

fn hash(gram: &Gram) -> u64 {
    let mut hasher = DefaultHasher::new();
    gram.hash(&mut hasher);
    hasher.finish()
}
