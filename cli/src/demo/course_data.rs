//! The demo data about lectures and courses. Numbers of students are positions in [`STUDENTS`](super::data::STUDENTS).

pub(super) const SEMESTER: &str = "2026-2";

/// The lectures of the school. A lecture in a timetable is cancelled.
pub(super) const LECTURES: &str = include_str!("../../../docs/samples/lectures.csv");

/// A lecture of an earlier file, which a timetable contains and which is withdrawn.
pub(super) const WITHDRAWN_LECTURE: &str =
    "2026-2,ST310,001,회귀분석,3,온새미,통계학과,전선,3학년,금 13:00-15:30,이학관 210,40,,\n";

/// The room of a lecture in two timetables, and the room where it was before.
pub(super) const MOVED_TO: &str = "공학관 실습실 3";
pub(super) const MOVED_FROM: &str = "공학관 실습실 1";

/// A timetable with lectures and at most one custom entry.
pub(super) struct Timetable {
    pub(super) student: usize,
    pub(super) name: &'static str,
    pub(super) visibility: &'static str,
    /// The code and the section of each lecture.
    pub(super) lectures: &'static [(&'static str, &'static str)],
    pub(super) entry: Option<CustomEntry>,
}

pub(super) struct CustomEntry {
    pub(super) title: &'static str,
    pub(super) day: &'static str,
    pub(super) start: &'static str,
    pub(super) end: &'static str,
    pub(super) place: &'static str,
}

pub(super) const TIMETABLES: [Timetable; 4] = [
    Timetable {
        student: 0,
        name: "2학기 시간표",
        visibility: "friends",
        lectures: &[("CS310", "001"), ("MA201", "001"), ("CS230", "001"), ("CS231", "001"), ("GA150", "001")],
        entry: Some(CustomEntry {
            title: "근로 장학", day: "fri", start: "10:00", end: "12:00", place: "중앙도서관"
        }),
    },
    Timetable {
        student: 0,
        name: "다른 계획",
        visibility: "private",
        lectures: &[("MA210", "001"), ("EC230", "001"), ("ST310", "001")],
        entry: None,
    },
    Timetable {
        student: 1,
        name: "이번 학기",
        visibility: "school",
        lectures: &[
            ("GA101", "001"),
            ("MA201", "002"),
            ("MA210", "001"),
            ("CS230", "001"),
            ("CS231", "001"),
            ("EC101", "001"),
            ("GR900", "001"),
        ],
        entry: Some(CustomEntry {
            title: "산악 동아리", day: "sat", start: "09:00", end: "12:00", place: "뒷산 입구"
        }),
    },
    Timetable { student: 1, name: "다른 계획", visibility: "private", lectures: &[], entry: None },
];

/// A review of the course of a lecture. If no timetable of the author has the lecture, the author takes it in a new one.
pub(super) struct Review {
    pub(super) author: usize,
    /// Code and section.
    pub(super) lecture: (&'static str, &'static str),
    pub(super) rating: u8,
    pub(super) content: &'static str,
    pub(super) homework: &'static str,
    pub(super) grading: &'static str,
    pub(super) exams: &'static str,
    /// The number of other students who like the review.
    pub(super) likes: usize,
}

pub(super) const REVIEWS: [Review; 5] = [
    Review {
        author: 0,
        lecture: ("CS310", "001"),
        rating: 4,
        content: "과제가 어렵지만 하고 나면 남는 게 많아요. 조교님들도 친절하십니다.",
        homework: "many",
        grading: "average",
        exams: "two",
        likes: 2,
    },
    Review {
        author: 3,
        lecture: ("MA210", "001"),
        rating: 5,
        content: "설명이 차분하고 예제가 많아요. 과제만 밀리지 않으면 시험은 걱정 없습니다.",
        homework: "many",
        grading: "generous",
        exams: "two",
        likes: 3,
    },
    Review {
        author: 4,
        lecture: ("MA210", "001"),
        rating: 4,
        content: "내용은 어렵지만 질문을 잘 받아 주십니다. 선형대수를 먼저 듣고 오세요.",
        homework: "some",
        grading: "average",
        exams: "two",
        likes: 1,
    },
    Review {
        author: 4,
        lecture: ("GA120", "001"),
        rating: 5,
        content: "매주 영화를 한 편 보고 이야기를 나눕니다. 시험 대신 감상문을 써요.",
        homework: "some",
        grading: "generous",
        exams: "none",
        likes: 6,
    },
    Review {
        author: 5,
        lecture: ("CS230", "001"),
        rating: 3,
        content: "실습과 같이 들어야 이해가 됩니다. 출석은 전자 출결로 매번 확인해요.",
        homework: "many",
        grading: "strict",
        exams: "two",
        likes: 0,
    },
];

/// An exam info about the course of a lecture that the author has taken.
pub(super) struct ExamInfo {
    pub(super) author: usize,
    /// Code and section.
    pub(super) lecture: (&'static str, &'static str),
    pub(super) exam: &'static str,
    pub(super) question_types: &'static [&'static str],
    pub(super) strategy: &'static str,
    /// The number of other students who like the exam info.
    pub(super) likes: usize,
}

pub(super) const EXAM_INFOS: [ExamInfo; 3] = [
    ExamInfo {
        author: 0,
        lecture: ("CS310", "001"),
        exam: "midterm",
        question_types: &["essay", "short_answer"],
        strategy: "스케줄링 알고리즘을 직접 그려 보는 문제가 나왔습니다. 과제 2를 다시 보세요.",
        likes: 2,
    },
    ExamInfo {
        author: 3,
        lecture: ("MA210", "001"),
        exam: "final",
        question_types: &["essay"],
        strategy: "마르코프 연쇄의 정상 분포를 구하는 문제가 꼭 나옵니다. 증명은 수업 때 한 것만 나와요.",
        likes: 0,
    },
    ExamInfo {
        author: 4,
        lecture: ("MA210", "001"),
        exam: "midterm",
        question_types: &["essay", "true_false"],
        strategy: "참거짓 문제가 까다롭습니다. 정의를 정확히 외우고 반례를 생각해 두세요.",
        likes: 0,
    },
];

/// The courses of a semester, with their grades, of the first student.
pub(super) struct Grades {
    pub(super) semester: &'static str,
    pub(super) courses: &'static [GradedCourse],
}

/// A course: title, credits, grade, whether it is one of the major, whether it is a retake.
pub(super) struct GradedCourse(
    pub(super) &'static str,
    pub(super) f64,
    pub(super) &'static str,
    pub(super) bool,
    pub(super) bool,
);

/// The credits that the first student needs to graduate.
pub(super) const GOAL_CREDITS: u32 = 130;

pub(super) const GRADES: [Grades; 3] = [
    Grades {
        semester: "2025-1",
        courses: &[
            GradedCourse("미적분학 1", 3.0, "B0", true, false),
            GradedCourse("물리학 1", 3.0, "C+", true, false),
            GradedCourse("대학 국어", 3.0, "A0", false, false),
            GradedCourse("사회봉사", 0.5, "P", false, false),
        ],
    },
    Grades {
        semester: "2025-2",
        courses: &[
            GradedCourse("미적분학 2", 3.0, "B+", true, false),
            GradedCourse("프로그래밍 기초", 3.0, "A+", true, false),
            GradedCourse("철학의 이해", 2.0, "A0", false, false),
        ],
    },
    Grades {
        semester: "2026-1",
        courses: &[
            GradedCourse("물리학 1", 3.0, "A+", true, true),
            GradedCourse("이산수학", 3.0, "A0", true, false),
            GradedCourse("채플", 0.5, "P", false, false),
        ],
    },
];
