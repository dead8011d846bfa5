//! Reading notifications, marking them as read, and the settings.

use crate::domain::{
    Appearance, Author, BlockList, BlockTarget, Caller, Cause, Comment, FriendLink, Message, Notification,
    NotificationId, NotificationSettings, NotificationSwitch, PostHead, PostId, StudentKey, Thread, Time,
    UnreadNotifications, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::{boards, comments, posts, reactions, reactions::Reaction};
use crate::store::dynamo::{CurrentItem, Error, Item, Key, Page, Range, Read, RowUpdate, Rows};
use crate::store::notifications::{
    NOTIFICATION, NotificationRow, NotificationState, Notifications, id_from_sk, partition, state_key,
};
use crate::store::{blocks, friends, messages};

/// The length of a preview, in characters.
const PREVIEW_CHARACTERS: usize = 100;

/// A notification as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenNotification {
    pub id: NotificationId,
    pub notification: Notification,
    pub is_read: bool,
    /// Who has caused it, as the place shows them that it is about. `None` if nobody has, or if the cause is deleted, hidden
    /// or blocked.
    pub actor: Option<Author>,
    /// The beginning of the text. `None` for the same reasons.
    pub preview: Option<String>,
}

/// A page of the caller's notifications.
#[derive(Clone, Debug)]
pub struct NotificationList {
    pub page: Page<SeenNotification, String>,
    /// The number of unread notifications, at most [`UnreadNotifications::MAX`].
    pub unread_count: usize,
}

/// What is shown of a cause.
struct Shown {
    actor: ShownActor,
    preview: Option<String>,
    /// The row by which the caller blocks the actor, if that is not among the caller's own blocks.
    block_key: Option<Key>,
}

enum ShownActor {
    Nobody,
    Anonymous(Author),
    /// Shown with the nickname.
    User(UserId),
}

/// The student who views notifications, and the rows that they need.
struct Viewer<'a> {
    student: StudentKey,
    rows: &'a Rows,
    blocks: &'a BlockList,
    now: Time,
}

impl Notifications {
    /// Lists the caller's notifications after the cursor position, newest first.
    pub async fn list(&self, caller: &Caller, after: Option<String>, limit: usize) -> Result<NotificationList, Error> {
        let student = StudentKey::from((caller.school, caller.user));
        let range = Range::newest_first(partition(student), NOTIFICATION).after(after);
        let (page, state, blocks) = tokio::try_join!(
            self.table.query::<NotificationRow>(range, Some(limit)),
            self.state(student, Read::Consistent),
            blocks::list(&self.table, caller),
        )?;
        let now = self.table.clock().now();
        let living = page.items.into_iter().filter(|(_, row)| row.lives_at(now.as_secs()));
        let listed: Vec<(NotificationId, Notification)> =
            living.filter_map(|(sk, row)| Some((id_from_sk(&sk)?, row.notification))).collect();
        let keys = listed.iter().flat_map(|(_, notification)| keys_of(student, &notification.cause));
        let rows = self.table.batch_get(keys, Read::Consistent).await?;
        let viewer = Viewer { student, rows: &rows, blocks: &blocks, now };
        let shown = listed.iter().map(|(_, notification)| viewer.show(&notification.cause));
        let shown: Vec<Option<Shown>> = shown.collect::<Result<_, _>>()?;
        let items = self.named(caller, listed.into_iter().zip(shown).collect(), &state.unread).await?;
        Ok(NotificationList { page: Page { items, next: page.next }, unread_count: state.unread.count() })
    }

    /// Adds the nicknames, and leaves out what the caller blocks.
    async fn named(
        &self,
        caller: &Caller,
        listed: Vec<((NotificationId, Notification), Option<Shown>)>,
        unread: &UnreadNotifications,
    ) -> Result<Vec<SeenNotification>, Error> {
        let shown = || listed.iter().filter_map(|(_, shown)| shown.as_ref());
        let users: Vec<UserId> = shown().filter_map(|shown| shown.actor.user()).collect();
        let profile_keys = users.iter().map(|user| users::profile_key(caller.school, *user));
        let block_keys = shown().filter_map(|shown| shown.block_key.clone());
        let mut rows = self.table.batch_get(profile_keys.chain(block_keys), Read::Consistent).await?;
        let nicknames = users::take_nicknames(caller.school, users, &mut rows)?;
        let seen = |((id, notification), shown): ((NotificationId, Notification), Option<Shown>)| {
            let shown = shown.filter(|shown| shown.block_key.as_ref().is_none_or(|key| !rows.has(key)));
            let (actor, preview) = match shown {
                Some(Shown { actor, preview, .. }) => {
                    let actor = match actor {
                        ShownActor::Nobody => None,
                        ShownActor::Anonymous(author) => Some(author),
                        ShownActor::User(user) => Some(Author::named(user, &nicknames)),
                    };
                    (actor, preview)
                }
                None => (None, None),
            };
            SeenNotification { id, is_read: unread.is_read(id), notification, actor, preview }
        };
        Ok(listed.into_iter().map(seen).collect())
    }

    /// The number of the caller's unread notifications, at most [`UnreadNotifications::MAX`]. May be about a second old.
    pub async fn unread_count(&self, caller: &Caller) -> Result<usize, Error> {
        let state = self.state((caller.school, caller.user).into(), Read::Eventual).await?;
        Ok(state.unread.count())
    }

    /// Marks the caller's notifications up to this one as read.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller never had this notification.
    pub async fn mark_read(&self, access: &WriteAccess, caller: &Caller, up_to: NotificationId) -> Result<(), Error> {
        let number = up_to.number();
        let read = RowUpdate::default()
            .if_at_least(&["last"], number)?
            .if_absent_or_less(&["read"], number)?
            .set(&["read"], number)?;
        let refused = move |row: Option<Item>| match row.map(|row| CurrentItem(row).read::<NotificationState>()) {
            Some(Ok(state)) if (1..=state.unread.last).contains(&number) => Error::Stale,
            Some(Err(error)) => error,
            _ => Error::NotFound,
        };
        let key = state_key((caller.school, caller.user).into());
        let transaction = self.table.transaction(access).update(key, read)?.on_condition_failed_with(refused);
        match transaction.commit().await {
            // The caller has read further already.
            Err(Error::Stale) => Ok(()),
            result => result,
        }
    }

    /// Whether the student would be shown what the cause is about: it was not deleted, hidden or blocked since, the student
    /// neither hides nor mutes the post, and has not read the message.
    pub(crate) async fn is_shown(&self, student: StudentKey, cause: &Cause) -> Result<bool, Error> {
        if matches!(cause, Cause::State { .. } | Cause::Restriction { .. } | Cause::Lecture { .. }) {
            return Ok(true);
        }
        let reaction_key = cause.mutable_post().map(|post| reactions::key(student.school, student.user, post));
        let keys = keys_of(student, cause).into_iter().chain(reaction_key.clone());
        let (rows, blocks) = tokio::try_join!(
            self.table.batch_get(keys, Read::Consistent),
            blocks::list_of(&self.table, student.school, student.user)
        )?;
        let viewer = Viewer { student, rows: &rows, blocks: &blocks, now: self.table.clock().now() };
        let reaction: Reaction = match &reaction_key {
            Some(key) => rows.read(key)?.unwrap_or_default(),
            None => Reaction::default(),
        };
        if reaction.hidden_at.is_some() || reaction.muted_at.is_some() || viewer.has_read(cause)? {
            return Ok(false);
        }
        match viewer.show(cause)? {
            Some(Shown { block_key: Some(key), .. }) => {
                Ok(!self.table.batch_get([key.clone()], Read::Consistent).await?.has(&key))
            }
            shown => Ok(shown.is_some()),
        }
    }

    /// What the caller wants to be notified of.
    pub async fn settings(&self, caller: &Caller) -> Result<NotificationSettings, Error> {
        Ok(self.state((caller.school, caller.user).into(), Read::Consistent).await?.settings)
    }

    /// Changes switches of the caller's settings.
    pub async fn change_settings(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        changes: &[(NotificationSwitch, bool)],
    ) -> Result<(), Error> {
        if changes.is_empty() {
            return Ok(());
        }
        let set =
            |change: RowUpdate, (switch, is_on): &(NotificationSwitch, bool)| change.set(&[switch.as_str()], is_on);
        let change = changes.iter().try_fold(RowUpdate::default(), set)?;
        self.table.update(access, state_key((caller.school, caller.user).into()), change).await
    }

    async fn state(&self, student: StudentKey, read: Read) -> Result<NotificationState, Error> {
        Ok(self.table.get(state_key(student), read).await?.unwrap_or_default())
    }
}

impl ShownActor {
    fn of(author: BlockTarget) -> Self {
        match author {
            BlockTarget::User(user) => Self::User(user),
            BlockTarget::Alias(_, alias) => Self::Anonymous(Author::Anonymous(alias)),
        }
    }

    fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Nobody | Self::Anonymous(_) => None,
        }
    }
}

/// The keys of the rows that say what the caller sees of the cause.
fn keys_of(student: StudentKey, cause: &Cause) -> Vec<Key> {
    let StudentKey { school, user } = student;
    let of_post = |post: PostId| [posts::head_key(school, post), boards::key(school, post.board())];
    match cause {
        Cause::Comment { comment_id } | Cause::Reply { comment_id } => {
            let post = comment_id.post();
            let own = [comments::key(school, *comment_id), reactions::key(school, user, post)];
            of_post(post).into_iter().chain(own).collect()
        }
        Cause::Message { thread_id, number } => {
            vec![messages::thread_key(school, *thread_id), messages::message_key(school, *thread_id, *number)]
        }
        Cause::Hot { post_id } => of_post(*post_id).to_vec(),
        Cause::FriendRequest { friendship_id } | Cause::FriendAccepted { friendship_id } => {
            vec![friends::request_key(school, user, *friendship_id), friends::friend_key(school, user, *friendship_id)]
        }
        Cause::State { .. } | Cause::Restriction { .. } | Cause::Lecture { .. } => Vec::new(),
    }
}

impl Viewer<'_> {
    /// What is shown of the cause; `None` if it is deleted, hidden or blocked.
    fn show(&self, cause: &Cause) -> Result<Option<Shown>, Error> {
        let school = self.student.school;
        match cause {
            Cause::Comment { comment_id } | Cause::Reply { comment_id } => {
                let head = self.visible_post(comment_id.post())?;
                let reaction_key = reactions::key(school, self.student.user, comment_id.post());
                let reaction: Reaction = self.rows.read(&reaction_key)?.unwrap_or_default();
                let comment: Option<Comment> = self.rows.read(&comments::key(school, *comment_id))?;
                let comment = comment.filter(|comment| !self.blocks.hides_comment(comment));
                let (Some(_), Some(body), None) = (head, comment.and_then(|comment| comment.body), reaction.hidden_at)
                else {
                    return Ok(None);
                };
                let appearance = Appearance::new(body.moderation, body.author_id == self.student.user, self.now);
                Ok(appearance.show(Shown {
                    actor: ShownActor::of(BlockTarget::of(comment_id.post(), body.author_id, body.byline)),
                    preview: Some(body.content.cut_to(PREVIEW_CHARACTERS)),
                    block_key: None,
                }))
            }
            Cause::Message { thread_id, number } => self.show_message(
                self.rows.read(&messages::thread_key(school, *thread_id))?,
                self.rows.read(&messages::message_key(school, *thread_id, *number))?,
            ),
            Cause::Hot { post_id } => Ok(self.visible_post(*post_id)?.map(|head| Shown {
                actor: ShownActor::Nobody,
                preview: Some(head.title.as_str().to_owned()),
                block_key: None,
            })),
            Cause::FriendRequest { friendship_id } | Cause::FriendAccepted { friendship_id } => {
                let (request, friend) = (friends::request_key, friends::friend_key);
                let link: Option<FriendLink> =
                    match self.rows.read(&friend(school, self.student.user, *friendship_id))? {
                        Some(link) => Some(link),
                        None => self.rows.read(&request(school, self.student.user, *friendship_id))?,
                    };
                let link = link.filter(|link| !link.is_hidden && !self.blocks.covers(BlockTarget::User(link.partner)));
                Ok(link.map(|link| Shown { actor: ShownActor::User(link.partner), preview: None, block_key: None }))
            }
            Cause::Lecture { title, .. } => {
                let preview = Some(title.as_str().to_owned());
                Ok(Some(Shown { actor: ShownActor::Nobody, preview, block_key: None }))
            }
            Cause::State { .. } | Cause::Restriction { .. } => Ok(None),
        }
    }

    fn show_message(&self, thread: Option<Thread>, message: Option<Message>) -> Result<Option<Shown>, Error> {
        let (Some(thread), Some(message)) = (thread, message) else { return Ok(None) };
        let side = thread.side_of(self.student.user).ok_or_else(|| Error::unexpected("a message of others"))?;
        if message.number <= thread.party(side).cleared {
            return Ok(None);
        }
        let actor = match thread.partner_of(side).user() {
            Some(user) => ShownActor::User(user),
            None => ShownActor::Anonymous(thread.partner_of(side).shown(&Default::default())),
        };
        let is_mine = message.by.is_some_and(|by| by.side == side);
        let appearance = Appearance::new(message.moderation, is_mine, self.now);
        Ok(appearance.show(Shown {
            actor,
            preview: message.content.map(|content| content.cut_to(PREVIEW_CHARACTERS)),
            block_key: Some(messages::block_key(self.student.school, &thread, side)),
        }))
    }

    /// Whether the cause is a message that the student has read in the thread.
    fn has_read(&self, cause: &Cause) -> Result<bool, Error> {
        let Cause::Message { thread_id, number } = cause else { return Ok(false) };
        let thread: Option<Thread> = self.rows.read(&messages::thread_key(self.student.school, *thread_id))?;
        let message_key = messages::message_key(self.student.school, *thread_id, *number);
        let message: Option<Message> = self.rows.read(&message_key)?;
        let (Some(thread), Some(sender)) = (thread, message.and_then(|message| message.by)) else { return Ok(false) };
        Ok(thread.party(sender.side.other()).read >= sender.nth)
    }

    /// The post, if it exists and moderation does not hide it.
    fn visible_post(&self, post: PostId) -> Result<Option<PostHead>, Error> {
        let school = self.student.school;
        let head: Option<PostHead> = self.rows.read(&posts::head_key(school, post))?;
        let has_board = self.rows.has(&boards::key(school, post.board()));
        Ok(head.filter(|head| has_board && head.check_not_hidden().is_ok()))
    }
}
