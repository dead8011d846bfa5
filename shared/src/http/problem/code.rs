//! Problem codes, with their statuses and texts.

use axum::http::StatusCode;

use crate::domain::Language;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal, $korean:literal, $english:literal;)*) => {
        /// A problem code. Each variant says when it is returned; `docs/errors.md` lists all codes with their texts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, ordered by status.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The HTTP status of a response with this code.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The code as clients see it, such as `not_found`. Clients rely on it, so it never changes.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// A short summary in English, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// The message to show to the user.
            pub fn detail(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($korean, $english),)* }
            }
        }
    };
}

codes! {
    /// The request body is not valid JSON.
    MalformedJson = BAD_REQUEST, "malformed_json", "Malformed JSON",
        "요청 본문이 올바른 JSON이 아닙니다.", "The request body is not valid JSON.";
    /// The request has two cookies with the name of a cookie of the service. A browser never sends them.
    DuplicateCookie = BAD_REQUEST, "duplicate_cookie", "Duplicate cookie",
        "같은 이름의 쿠키가 두 개 있습니다. 쿠키를 지우고 다시 로그인해 주세요.",
        "The request has two cookies with the same name. Delete the cookies and log in again.";
    /// The cursor was altered, or comes from another list.
    InvalidCursor = BAD_REQUEST, "invalid_cursor", "Invalid cursor",
        "커서가 올바르지 않습니다. 목록을 처음부터 다시 조회해 주세요.",
        "The cursor is not valid for this list. Start again without a cursor.";
    /// The request has no access token.
    TokenMissing = UNAUTHORIZED, "token_missing", "Access token missing",
        "로그인이 필요합니다.", "The request has no access token. Log in first.";
    /// The access token is malformed or was not issued by this service, or its session has ended and the request writes.
    TokenInvalid = UNAUTHORIZED, "token_invalid", "Access token invalid",
        "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요.", "The access token is not valid. Log in again.";
    /// The access token is more than ten minutes old.
    TokenExpired = UNAUTHORIZED, "token_expired", "Access token expired",
        "로그인이 만료되었습니다.", "The access token has expired.";
    /// The login id or the password is wrong. The response does not say which.
    InvalidCredentials = UNAUTHORIZED, "invalid_credentials", "Invalid credentials",
        "아이디 또는 비밀번호가 올바르지 않습니다.", "The login id or password is wrong.";
    /// The refresh token was not issued by this service, or its session has ended.
    RefreshTokenInvalid = UNAUTHORIZED, "refresh_token_invalid", "Refresh token invalid",
        "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요.", "The refresh token is not valid. Log in again.";
    /// The refresh token was already used. Somebody may have stolen it, so the session has been ended.
    RefreshTokenReused = UNAUTHORIZED, "refresh_token_reused", "Refresh token reused",
        "이미 사용된 로그인 정보입니다. 다시 로그인해 주세요.",
        "The refresh token was already used, so its session has ended. Log in again.";
    /// The account is not verified. Unverified accounts can only use their account, the catalogue, and private timetables
    /// of their own. After the verification, the access token must be refreshed.
    SchoolUnverified = FORBIDDEN, "school_unverified", "School not verified",
        "학교 인증을 마친 뒤에 이용할 수 있습니다.", "Verify that you belong to your school first.";
    /// A request that needs the user's password has a wrong one.
    WrongPassword = FORBIDDEN, "wrong_password", "Wrong password",
        "비밀번호가 올바르지 않습니다.", "The password is wrong.";
    /// The user logs in with the right password, but the account is suspended.
    AccountSuspended = FORBIDDEN, "account_suspended", "Account suspended",
        "이용이 정지된 계정입니다.", "This account is suspended.";
    /// The terms or the privacy policy have a version that the caller has not accepted. `GET /policies` has their texts.
    ConsentNeeded = FORBIDDEN, "consent_needed", "Consent needed",
        "현재 이용약관과 개인정보 처리방침에 먼저 동의해 주세요.",
        "Accept the current terms and privacy policy first.";
    /// A sanction bars the caller from writing. `detail` also says when it ends, or that it has no end, and `GET /auth/me` says
    /// so in `restrictions`.
    WriteSuspended = FORBIDDEN, "write_suspended", "Writing suspended",
        "운영 원칙을 어겨 글쓰기가 제한되었습니다.", "Your account cannot write, because it has broken the rules.";
    /// The token of a password reset is wrong, has expired or was used. The response does not say which.
    ResetTokenInvalid = FORBIDDEN, "reset_token_invalid", "Reset token invalid",
        "비밀번호 재설정 링크가 올바르지 않거나 만료되었습니다. 재설정을 다시 요청해 주세요.",
        "The link is wrong, has expired or was already used. Request another one.";
    /// The token that confirms a takedown request is wrong or has expired. The response does not say which.
    TakedownTokenInvalid = FORBIDDEN, "takedown_token_invalid", "Takedown token invalid",
        "게시 중단 요청 확인 링크가 올바르지 않거나 만료되었습니다. 다시 요청해 주세요.",
        "The link is wrong or has expired. Send the takedown request again.";
    /// The verification code is wrong or more than 10 minutes old, was used, was replaced by another one, or had 5 wrong
    /// guesses.
    CodeInvalid = FORBIDDEN, "code_invalid", "Verification code invalid",
        "인증 코드가 올바르지 않거나 만료되었습니다.", "The code is wrong or has expired.";
    /// The school has no email domains, so nobody can verify an address of it. An operator verifies its students.
    ManualVerification = FORBIDDEN, "manual_verification", "Manual verification",
        "이 학교는 메일로 인증하지 않습니다. 운영자에게 인증을 요청해 주세요.",
        "This school is not verified by email. Ask the operator of the service to verify you.";
    /// The caller is not an admin of the school.
    NotAdmin = FORBIDDEN, "not_admin", "Not an admin",
        "관리자만 할 수 있습니다.", "Only admins of the school can do this.";
    /// The caller is neither the board's manager nor an admin of the school.
    NotBoardManager = FORBIDDEN, "not_board_manager", "Not the board manager",
        "게시판 관리자만 할 수 있습니다.", "Only the board manager can do this.";
    /// The board is archived: nothing can be written, edited or liked on it.
    BoardArchived = FORBIDDEN, "board_archived", "Board archived",
        "보관된 게시판입니다. 글과 댓글을 쓰거나 고치거나 공감할 수 없습니다.",
        "The board is archived. You cannot write, edit or like anything on it.";
    /// Only the school's admins post on the board. Everybody may comment.
    BoardAdminsOnly = FORBIDDEN, "board_admins_only", "Board for admins only",
        "이 게시판에는 관리자만 글을 쓸 수 있습니다. 댓글은 누구나 쓸 수 있습니다.",
        "Only admins can post on this board. Everybody can comment.";
    /// Moderation has hidden the post, comment, message, review or exam info. It cannot be liked, scrapped, edited, commented
    /// on or written about.
    ContentBlinded = FORBIDDEN, "content_blinded", "Content hidden",
        "운영 규칙에 따라 가려진 내용입니다. 수정하거나 공감, 스크랩할 수 없고 댓글과 쪽지도 쓸 수 없습니다.",
        "This content is hidden. You cannot like, scrap, edit, comment on or write about it.";
    /// The caller is not the author and, if this is a deletion, not an admin of the school either.
    NotAuthor = FORBIDDEN, "not_author", "Not the author",
        "작성자만 할 수 있습니다.", "Only the author can do this.";
    /// The caller tries to like, scrap, hide, block or report something that they wrote.
    OwnContent = FORBIDDEN, "own_content", "Own content",
        "내가 쓴 글이나 댓글, 쪽지, 강의평, 시험 정보에는 이 기능을 쓸 수 없습니다.",
        "You cannot do this with your own content.";
    /// The author has withdrawn from the service, and is shown like all others who have.
    AuthorWithdrawn = FORBIDDEN, "author_withdrawn", "Author withdrawn",
        "탈퇴한 사용자는 차단할 수 없습니다. 대신 글을 숨길 수 있습니다.",
        "The author has left, so you cannot block them. You can hide the post instead.";
    /// One of the two users has blocked the thread, or the partner has withdrawn. The response does not say which.
    MessageRefused = FORBIDDEN, "message_refused", "Message refused",
        "쪽지를 보낼 수 없는 상대입니다.", "You cannot send messages to this user.";
    /// The caller may see the timetable, but it belongs to another student.
    NotTimetableOwner = FORBIDDEN, "not_timetable_owner", "Not the timetable owner",
        "다른 학생의 시간표는 바꿀 수 없습니다.", "You cannot change another student's timetable.";
    /// The caller writes about a course, and never had a lecture of it in a timetable of that semester.
    NotTaken = FORBIDDEN, "not_taken", "Course not taken",
        "그 학기에 시간표에 담은 강의에만 강의평과 시험 정보를 쓸 수 있습니다.",
        "You can write about a course only if it was in one of your timetables of that semester.";
    /// The caller tries to accept a friend request that they sent.
    OwnRequest = FORBIDDEN, "own_request", "Own request",
        "내가 보낸 친구 요청은 상대가 수락해야 합니다.", "Only the recipient can accept a friend request.";
    /// The resource does not exist, belongs to another school, or is not visible to the caller.
    NotFound = NOT_FOUND, "not_found", "Not found",
        "찾을 수 없습니다.", "The resource was not found.";
    /// The resource exists, but does not support the method. The `Allow` header lists the methods that it supports.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed",
        "지원하지 않는 메서드입니다.", "The resource does not support this method.";
    /// A user of any school already has this login id.
    LoginIdTaken = CONFLICT, "login_id_taken", "Login id taken",
        "이미 사용 중인 아이디입니다.", "This login id is already taken.";
    /// Another account has verified the email address. Only the confirmation of a code tells.
    EmailTaken = CONFLICT, "email_taken", "Email address taken",
        "이미 다른 계정에서 인증한 이메일 주소입니다.", "Another account has already verified this email address.";
    /// A user who withdrew less than 30 days ago had verified the email address. Only the confirmation of a code tells.
    AddressResting = CONFLICT, "address_resting", "Email address resting",
        "탈퇴한 계정에서 쓰던 이메일 주소입니다. 탈퇴하고 30일이 지난 뒤에 인증할 수 있습니다.",
        "This email address belonged to a deleted account. You can verify it 30 days after the deletion.";
    /// The caller asks for a code for the email address that they have verified.
    AlreadyVerified = CONFLICT, "already_verified", "Already verified",
        "이미 인증한 이메일 주소입니다.", "You have already verified this email address.";
    /// A user of the same school already has this nickname.
    NicknameTaken = CONFLICT, "nickname_taken", "Nickname taken",
        "이미 사용 중인 닉네임입니다.", "This nickname is already taken.";
    /// The caller changed their nickname less than 30 days ago.
    NicknameLocked = CONFLICT, "nickname_locked", "Nickname locked",
        "닉네임은 30일에 한 번만 바꿀 수 있습니다.", "You can change your nickname only once every 30 days.";
    /// Another request used the refresh token at the same time or less than 10 seconds ago. The session continues with
    /// that request's new tokens.
    RefreshConflict = CONFLICT, "refresh_conflict", "Refresh conflict",
        "다른 요청이 먼저 로그인을 연장했습니다.", "Another request has just used this refresh token.";
    /// The school already has a board with this name.
    BoardNameTaken = CONFLICT, "board_name_taken", "Board name taken",
        "같은 이름의 게시판이 이미 있습니다.", "A board with this name already exists.";
    /// Somebody other than the manager has written on the board, so only an admin can delete it.
    BoardHasPosts = CONFLICT, "board_has_posts", "Board has posts",
        "다른 학생이 글을 쓴 게시판은 삭제할 수 없습니다. 대신 보관할 수 있습니다.",
        "Others have written on this board, so you cannot delete it. You can archive it instead.";
    /// The caller has already pinned 100 boards.
    PinsFull = CONFLICT, "pins_full", "Pins full",
        "게시판은 100개까지 고정할 수 있습니다.", "You can pin at most 100 boards.";
    /// The caller already has 200 blocks.
    BlocksFull = CONFLICT, "blocks_full", "Blocks full",
        "차단은 200개까지 할 수 있습니다. 차단 목록에서 해제한 뒤 다시 시도해 주세요.",
        "You can have at most 200 blocks. Remove some of them first.";
    /// The caller has already liked this. A like cannot be taken back.
    AlreadyLiked = CONFLICT, "already_liked", "Already liked",
        "이미 공감했습니다.", "You have already liked this.";
    /// The caller has already reported this.
    AlreadyReported = CONFLICT, "already_reported", "Already reported",
        "이미 신고했습니다.", "You have already reported this.";
    /// The caller has already appealed. An author can appeal once.
    AlreadyAppealed = CONFLICT, "already_appealed", "Already appealed",
        "이미 이의를 제기했습니다. 이의 제기는 한 번만 할 수 있습니다.", "You have already appealed. You can appeal once.";
    /// The content is not hidden, or was hidden more than 20 days ago. For an objection: the takedown request does not
    /// restrict it.
    AppealClosed = CONFLICT, "appeal_closed", "Appeal closed",
        "가려진 내용이 아니거나 이의를 제기할 수 있는 기간이 지났습니다.",
        "The content is not hidden, or the time for an appeal is over.";
    /// Somebody has decided the case or the takedown request.
    CaseDecided = CONFLICT, "case_decided", "Case decided",
        "이미 처리되었습니다.", "This has been decided already.";
    /// The caller's last post on this board has the same title and text, and is less than 5 minutes old.
    DuplicatePost = CONFLICT, "duplicate_post", "Duplicate post",
        "방금 같은 글을 올렸습니다. 잠시 후 다시 시도해 주세요.", "You have just posted the same text on this board.";
    /// The post is a question with comments, which cannot be edited or deleted.
    QuestionLocked = CONFLICT, "question_locked", "Question locked",
        "댓글이 달린 질문 글은 수정하거나 삭제할 수 없습니다.", "A question with comments cannot be edited or deleted.";
    /// The comment already has 200 replies.
    RepliesFull = CONFLICT, "replies_full", "Replies full",
        "대댓글은 댓글 하나에 200개까지 달 수 있습니다.", "A comment can have at most 200 replies.";
    /// The caller already has a timetable with this name in the semester.
    TimetableNameTaken = CONFLICT, "timetable_name_taken", "Timetable name taken",
        "같은 이름의 시간표가 이미 있습니다.", "You already have a timetable with this name in the semester.";
    /// The caller already has 10 timetables in the semester.
    TimetablesFull = CONFLICT, "timetables_full", "Timetables full",
        "시간표는 한 학기에 10개까지 만들 수 있습니다.", "You can have at most 10 timetables in a semester.";
    /// The timetable already has 50 entries.
    EntriesFull = CONFLICT, "entries_full", "Entries full",
        "시간표 하나에 수업을 50개까지 넣을 수 있습니다.", "A timetable can have at most 50 entries.";
    /// The lecture is already in the timetable.
    LectureAlreadyAdded = CONFLICT, "lecture_already_added", "Lecture already added",
        "이미 시간표에 있는 강의입니다.", "The lecture is already in the timetable.";
    /// The lecture is cancelled, or the school no longer lists it.
    LectureNotListed = CONFLICT, "lecture_not_listed", "Lecture not listed",
        "폐강되었거나 강의 목록에서 빠진 강의라서 시간표에 넣을 수 없습니다.",
        "The lecture is cancelled, or the school no longer lists it.";
    /// The entry overlaps another entry of the timetable, which `clashes_with` names.
    TimeConflict = CONFLICT, "time_conflict", "Time conflict",
        "같은 시간에 다른 수업이 있습니다.", "The timetable already has an entry at this time.";
    /// The caller tries to make the primary timetable of a semester non-primary without choosing another.
    PrimaryNeeded = CONFLICT, "primary_needed", "Primary timetable needed",
        "대신 다른 시간표를 기본 시간표로 정해 주세요.", "Make another timetable the primary one instead.";
    /// The caller has already reviewed the course.
    AlreadyReviewed = CONFLICT, "already_reviewed", "Already reviewed",
        "이미 강의평을 쓴 강의입니다.", "You have already reviewed this course.";
    /// The caller has already written about this exam of the course, of this semester and kind.
    AlreadyWritten = CONFLICT, "already_written", "Already written",
        "이미 이 시험의 정보를 쓴 강의입니다.", "You have already written about this exam of the course.";
    /// The caller already has 40 semesters with grades.
    GradesFull = CONFLICT, "grades_full", "Grades full",
        "성적은 40개 학기까지 기록할 수 있습니다.", "You can have grades of at most 40 semesters.";
    /// The caller changes the scale to 4.5, which has no minus grades, and a course has one.
    MinusGrades = CONFLICT, "minus_grades", "Minus grades",
        "4.5 만점에는 A-와 같은 마이너스 등급이 없습니다. 먼저 과목의 등급을 바꿔 주세요.",
        "The scale of 4.5 has no minus grades. Change the grades of these courses first.";
    /// The caller sends a friend request to a friend.
    AlreadyFriends = CONFLICT, "already_friends", "Already friends",
        "이미 친구입니다.", "You are already friends.";
    /// The caller's earlier friend request to this user is still pending.
    AlreadyRequested = CONFLICT, "already_requested", "Already requested",
        "이미 친구 요청을 보냈습니다.", "You have already sent this user a friend request.";
    /// Another request changed the same data since this one read them. This one changed nothing.
    Conflict = CONFLICT, "conflict", "Conflict",
        "다른 요청과 겹쳐 처리하지 못했습니다. 다시 시도해 주세요.",
        "Another request changed the same data at the same time. Nothing was done. Try again.";
    /// The request body is larger than the operation allows.
    PayloadTooLarge = PAYLOAD_TOO_LARGE, "payload_too_large", "Payload too large",
        "요청 본문이 너무 큽니다.", "The request body is too large.";
    /// The `Content-Type` of the request is not `application/json`.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type",
        "요청 본문은 application/json이어야 합니다.", "The request body must be application/json.";
    /// The request contains invalid fields, parameters or headers. `errors` lists each of them.
    ValidationFailed = UNPROCESSABLE_ENTITY, "validation_failed", "Validation failed",
        "입력한 내용을 확인해 주세요.", "The request contains invalid fields.";
    /// The idempotency key was already used for a different request.
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY, "idempotency_key_reused", "Idempotency key reused",
        "이미 다른 요청에 사용된 Idempotency-Key입니다.",
        "The Idempotency-Key was already used for a different request.";
    /// A rate limit is reached. `Retry-After` says in how many seconds to try again.
    RateLimited = TOO_MANY_REQUESTS, "rate_limited", "Too many requests",
        "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.", "There were too many requests. Try again later.";
    /// The service failed unexpectedly. The request may or may not have taken effect.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Internal error",
        "서버에 문제가 생겼습니다.", "Something went wrong on the server.";
    /// Many requests write the same data at once, so the service shed this one, which changed nothing. `Retry-After` says in
    /// how many seconds to try again.
    Busy = SERVICE_UNAVAILABLE, "busy", "Busy",
        "요청이 몰려 처리하지 못했습니다. 잠시 후 다시 시도해 주세요.",
        "Too many requests change the same data at the moment. Nothing was done. Try again in a few seconds.";
    /// The service cannot respond at the moment. The request may or may not have taken effect. `Retry-After` says in
    /// how many seconds to try again.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "Service unavailable",
        "지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.", "The service is temporarily unavailable. Try again later.";
}
