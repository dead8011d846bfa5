//! The demo data about students, boards and posts. Numbers of students, boards and posts are positions in [`STUDENTS`],
//! [`BOARDS`] and [`POSTS`].

pub(super) const SCHOOL: &str = "가온대학교";
pub(super) const EMAIL_DOMAIN: &str = "gaon.example";
pub(super) const PASSWORD: &str = "gaon-maru-2026!";

/// Login id and nickname. The first student is the admin.
pub(super) const STUDENTS: [(&str, &str); 12] = [
    ("maru", "마루"),
    ("narae", "나래"),
    ("solbit", "솔방울"),
    ("bada", "바다"),
    ("haneul", "하늘"),
    ("nuri", "누리"),
    ("saebyeok", "새벽"),
    ("byeol", "별하"),
    ("dasom", "다솜"),
    ("garam", "가람"),
    ("iseul", "이슬"),
    ("raon", "라온"),
];

/// Login id and nickname of a student who is not verified.
pub(super) const UNVERIFIED: (&str, &str) = ("baram", "바람");

/// A friend request.
pub(super) struct FriendRequest {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) is_accepted: bool,
}

pub(super) const FRIEND_REQUESTS: [FriendRequest; 3] = [
    FriendRequest { from: 0, to: 1, is_accepted: true },
    FriendRequest { from: 5, to: 1, is_accepted: true },
    FriendRequest { from: 2, to: 0, is_accepted: false },
];

pub(super) struct Board {
    pub(super) category: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) anonymity: &'static str,
}

pub(super) const BOARDS: [Board; 4] = [
    Board {
        category: "일반",
        name: "자유게시판",
        description: "무슨 이야기든 편하게 나누는 곳입니다.",
        anonymity: "optional",
    },
    Board {
        category: "일반", name: "비밀게시판", description: "모든 글이 익명입니다.", anonymity: "always"
    },
    Board {
        category: "정보",
        name: "장터",
        description: "책과 자취 용품을 사고팝니다. 닉네임으로만 쓸 수 있습니다.",
        anonymity: "never",
    },
    Board {
        category: "단체",
        name: "동아리 홍보",
        description: "새 학기 동아리 모집 글을 올려 주세요.",
        anonymity: "optional",
    },
];

pub(super) struct Post {
    pub(super) author: usize,
    pub(super) board: usize,
    pub(super) title: &'static str,
    pub(super) content: &'static str,
    pub(super) is_anonymous: bool,
    pub(super) is_question: bool,
    /// A PNG file.
    pub(super) picture: Option<&'static [u8]>,
    /// The number of other students who like the post.
    pub(super) likes: usize,
    pub(super) comments: &'static [Comment],
}

/// A comment and its replies: author, content, whether it is anonymous.
pub(super) struct Comment(
    pub(super) usize,
    pub(super) &'static str,
    pub(super) bool,
    pub(super) &'static [(usize, &'static str, bool)],
);

pub(super) const POSTS: [Post; 7] = [
    Post {
        author: 0,
        board: 0,
        title: "가온대 커뮤니티가 열렸습니다",
        content: "반갑습니다. 서로 예의를 지키며 즐겁게 써 주세요.",
        is_anonymous: false,
        is_question: false,
        picture: None,
        likes: 4,
        comments: &[Comment(1, "축하합니다!", false, &[(0, "고맙습니다. 많이 알려 주세요.", false)])],
    },
    Post {
        author: 1,
        board: 0,
        title: "도서관 열람실 자리 어떻게 잡으세요?",
        content: "시험 기간에는 아침 여덟 시에도 자리가 없네요.",
        is_anonymous: true,
        is_question: true,
        picture: None,
        likes: 2,
        comments: &[
            Comment(3, "지하 1층은 그래도 좀 남아요.", true, &[(1, "오, 내일 가 볼게요!", true)]),
            Comment(
                4,
                "앱으로 예약하면 됩니다.",
                true,
                &[(3, "예약도 금방 차더라고요.", true), (4, "그건 그래요…", true)],
            ),
            Comment(1, "다들 감사합니다.", true, &[]),
        ],
    },
    Post {
        author: 2,
        board: 0,
        title: "학식 오늘 메뉴 맛있어요",
        content: "2층 돈가스 추천합니다.",
        is_anonymous: true,
        is_question: false,
        picture: None,
        likes: 1,
        comments: &[],
    },
    Post {
        author: 1,
        board: 1,
        title: "졸업이 무서워요",
        content: "다들 진로 고민 어떻게 하고 계신가요.",
        is_anonymous: true,
        is_question: false,
        picture: None,
        likes: 6,
        comments: &[Comment(5, "저도요. 같이 힘내요.", true, &[])],
    },
    Post {
        author: 2,
        board: 2,
        title: "선형대수 교재 팝니다",
        content: "필기 조금 있고 상태 좋습니다. 만 원에 드려요.",
        is_anonymous: false,
        is_question: false,
        picture: None,
        likes: 0,
        comments: &[Comment(6, "아직 있나요?", false, &[(2, "네, 있습니다!", false)])],
    },
    Post {
        author: 0,
        board: 3,
        title: "산악 동아리 신입 부원 모집",
        content: "매달 둘째 주 토요일에 산에 갑니다. 초보 환영!",
        is_anonymous: false,
        is_question: false,
        picture: None,
        likes: 3,
        comments: &[],
    },
    Post {
        author: 7,
        board: 0,
        title: "정문 앞 고양이 이름을 정합시다",
        content: "요즘 정문에서 학생들을 맞아 주는 치즈 고양이, 이름이 아직 없습니다. 댓글로 추천해 주세요!",
        is_anonymous: true,
        is_question: false,
        picture: Some(include_bytes!("cat.png")),
        likes: 11,
        comments: &[
            Comment(8, "학점이요. 다들 잡고 싶어 하니까.", true, &[(9, "ㅋㅋㅋㅋ", true), (7, "이거 좋네요.", true)]),
            Comment(10, "가온이!", false, &[]),
            Comment(8, "아니면 총장님.", true, &[]),
        ],
    },
];

/// The post whose only commenter, an anonymous student, the first student blocks.
pub(super) const BLOCKED_ON_POST: usize = 3;

/// Messages about a post. The sender and the author of the post write in turn.
pub(super) struct Thread {
    pub(super) sender: usize,
    pub(super) post: usize,
    pub(super) messages: &'static [&'static str],
}

pub(super) const THREADS: [Thread; 2] = [
    Thread {
        sender: 0,
        post: 1,
        messages: &[
            "운영자입니다. 열람실은 학교에 건의해 볼게요.",
            "정말요? 고맙습니다!",
            "결과가 나오면 알려 드릴게요.",
        ],
    },
    Thread { sender: 6, post: 4, messages: &["교재 아직 있으면 내일 뵐 수 있을까요?"] },
];

/// A report.
pub(super) struct Report {
    pub(super) of: Reported,
    pub(super) by: usize,
    pub(super) reason: &'static str,
}

pub(super) enum Reported {
    /// The first comment on the post.
    CommentOn(usize),
    Review(usize),
}

/// Two reports of a comment, for the admin to decide, and two that hide a review of the admin.
pub(super) const REPORTS: [Report; 4] = [
    Report { of: Reported::CommentOn(4), by: 3, reason: "spam" },
    Report { of: Reported::CommentOn(4), by: 5, reason: "fraud" },
    Report { of: Reported::Review(0), by: 3, reason: "personal_data" },
    Report { of: Reported::Review(0), by: 5, reason: "personal_data" },
];
