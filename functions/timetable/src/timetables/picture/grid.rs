//! The grid of the week. Lengths are in units of the SVG `viewBox`, which is 720 wide; on a phone, two units are about one
//! CSS pixel.

use std::fmt::{self, Write};

use campus_core::domain::{Color, Day, LectureState, Meeting, ShownEntry, TimeOfDay, Timetable};
use campus_core::http::escape_markup;

use super::text::wrap;
use crate::timetables::view::credits;

const WIDTH: u32 = 720;
/// The space left of the days, for the hours.
const MARGIN: u32 = 40;
/// The height of the name, which is above the days.
const NAME_HEIGHT: u32 = 52;
const DAYS_HEIGHT: u32 = 36;
const NAME_SIZE: u32 = 26;
/// The space right of the name, for the semester and the credits.
const SUMMARY_WIDTH: u32 = 190;
const HOUR: u32 = 84;
const BOTTOM: u32 = 12;
const GAP: u32 = 2;

const TITLE_SIZE: u32 = 19;
const PLACE_SIZE: u32 = 16;
const NOTE_SIZE: u32 = 18;
/// The distance between lines of text, in tenths of the font size.
const LEADING: u32 = 12;

const DARK_TEXT: &str = "#222222";

const FONTS: &str =
    "'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', NanumGothic, sans-serif";

/// The part of the week that the picture shows.
struct Frame {
    days: Vec<Day>,
    first_hour: u32,
    last_hour: u32,
}

/// A rectangle in the grid: a time of an entry. Blocks that overlap are in lanes side by side.
struct GridBlock<'a> {
    entry: &'a ShownEntry<'a>,
    meeting: Meeting<'a>,
    lane: u32,
    /// The number of lanes that share the width of the day.
    lanes: u32,
}

/// Draws the timetable as SVG.
pub(super) fn draw(timetable: &Timetable, entries: &[ShownEntry<'_>]) -> String {
    let mut svg = String::new();
    // Writing to a string cannot fail.
    let _ = Picture { timetable, entries, frame: Frame::around(entries) }.write(&mut svg);
    svg
}

struct Picture<'a> {
    timetable: &'a Timetable,
    entries: &'a [ShownEntry<'a>],
    frame: Frame,
}

impl Frame {
    /// The smallest frame that contains all slots: from Monday to at least Friday, in whole hours.
    fn around(entries: &[ShownEntry<'_>]) -> Self {
        let slots = || entries.iter().flat_map(|entry| entry.slots);
        let last_day = slots().map(|slot| slot.day).max().unwrap_or(Day::Fri).max(Day::Fri);
        let first_hour = slots().map(|slot| u32::from(slot.start.minutes()) / 60).min().unwrap_or(9);
        let last_hour = slots().map(|slot| u32::from(slot.end.minutes()).div_ceil(60)).max().unwrap_or(18);
        Self { days: Day::ALL.into_iter().filter(|day| *day <= last_day).collect(), first_hour, last_hour }
    }

    fn day_width(&self) -> u32 {
        (WIDTH - MARGIN - BOTTOM) / u32::try_from(self.days.len()).unwrap_or(7).max(1)
    }

    fn x(&self, day: Day) -> u32 {
        MARGIN + u32::from(day.since_monday()) * self.day_width()
    }

    fn right(&self) -> u32 {
        MARGIN + self.day_width() * u32::try_from(self.days.len()).unwrap_or(7)
    }

    fn y(&self, time: TimeOfDay) -> u32 {
        let minutes = u32::from(time.minutes()).saturating_sub(self.first_hour * 60);
        NAME_HEIGHT + DAYS_HEIGHT + minutes * HOUR / 60
    }

    fn bottom(&self) -> u32 {
        NAME_HEIGHT + DAYS_HEIGHT + (self.last_hour - self.first_hour) * HOUR
    }
}

impl Picture<'_> {
    fn write(&self, svg: &mut String) -> fmt::Result {
        let notes = self.notes();
        let notes_height = u32::try_from(notes.len()).unwrap_or(0) * NOTE_SIZE * 15 / 10;
        let height = self.frame.bottom() + notes_height + BOTTOM;
        let name = escape_markup(self.timetable.name.as_str());
        write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" font-family=\"{FONTS}\" lang=\"ko\" role=\"img\">\
             <title>{name}</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
        )?;
        self.write_heading(svg)?;
        self.write_lines(svg)?;
        for block in blocks(self.entries) {
            self.write_block(svg, &block)?;
        }
        for (line, place) in notes.iter().zip(1..) {
            let y = self.frame.bottom() + place * NOTE_SIZE * 15 / 10;
            write!(
                svg,
                "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{NOTE_SIZE}\" fill=\"#444444\">{}</text>",
                escape_markup(line)
            )?;
        }
        svg.write_str("</svg>")
    }

    fn write_heading(&self, svg: &mut String) -> fmt::Result {
        let max_width = (self.frame.right() - MARGIN - SUMMARY_WIDTH) * 10 / NAME_SIZE;
        let name = escape_markup(&wrap(self.timetable.name.as_str(), max_width, 1).concat());
        let credits = credits(self.entries);
        let (right, semester) = (self.frame.right(), self.timetable.semester);
        write!(
            svg,
            "<text x=\"{MARGIN}\" y=\"36\" font-size=\"{NAME_SIZE}\" font-weight=\"700\" fill=\"#222222\">{name}</text>\
             <text x=\"{right}\" y=\"36\" font-size=\"{NOTE_SIZE}\" text-anchor=\"end\" fill=\"#666666\">{semester} · {credits}학점</text>"
        )
    }

    /// Draws the names of the days and hours, and the lines of the grid.
    fn write_lines(&self, svg: &mut String) -> fmt::Result {
        let Frame { days, first_hour, last_hour } = &self.frame;
        let (top, bottom, right) = (NAME_HEIGHT + DAYS_HEIGHT, self.frame.bottom(), self.frame.right());
        for hour in *first_hour..=*last_hour {
            let y = top + (hour - first_hour) * HOUR;
            write!(svg, "<path d=\"M{MARGIN} {y}H{right}\" stroke=\"#e2e2e2\"/>")?;
            if hour < *last_hour {
                let (x, y) = (MARGIN - 8, y + NOTE_SIZE);
                write!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{PLACE_SIZE}\" text-anchor=\"end\" fill=\"#777777\">{hour}</text>"
                )?;
            }
        }
        for day in days {
            let (x, middle) = (self.frame.x(*day), self.frame.x(*day) + self.frame.day_width() / 2);
            let (y, name) = (top - 11, day.korean());
            write!(
                svg,
                "<path d=\"M{x} {top}V{bottom}\" stroke=\"#e2e2e2\"/>\
                 <text x=\"{middle}\" y=\"{y}\" font-size=\"{NOTE_SIZE}\" text-anchor=\"middle\" fill=\"#444444\">{name}</text>"
            )?;
        }
        write!(svg, "<path d=\"M{right} {top}V{bottom}\" stroke=\"#e2e2e2\"/>")
    }

    fn write_block(&self, svg: &mut String, block: &GridBlock<'_>) -> fmt::Result {
        let lane_width = self.frame.day_width() / block.lanes;
        let (x, y) =
            (self.frame.x(block.meeting.day) + block.lane * lane_width + GAP, self.frame.y(block.meeting.start) + GAP);
        let width = lane_width.saturating_sub(2 * GAP);
        let height = self.frame.y(block.meeting.end).saturating_sub(y + GAP).max(GAP);
        let color = block.entry.color;
        let takes_place = block.entry.state.is_none_or(|state| state == LectureState::Listed);
        // A block of a lecture that does not take place is pale, so that its text must be dark.
        let (opacity, text_color) =
            if takes_place { ("", text_color(color)) } else { (" fill-opacity=\"0.35\"", DARK_TEXT) };
        let edge = if block.entry.conflicts { " stroke=\"#d43333\" stroke-width=\"3\"" } else { "" };
        write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\" fill=\"{}\"{opacity}{edge}/>",
            color.as_str()
        )?;
        let (left, mut baseline, end) = (x + 6, y + 4, y + height);
        let mut lines = |text: &str, size: u32, weight: u32, svg: &mut String| {
            let fitting = end.saturating_sub(baseline + 2) * 10 / (size * LEADING);
            let max_width = width.saturating_sub(12) * 10 / size;
            for line in wrap(text, max_width, usize::try_from(fitting).unwrap_or(0)) {
                baseline += size * LEADING / 10;
                let (y, line) = (baseline - size / 10, escape_markup(&line));
                write!(
                    svg,
                    "<text x=\"{left}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{text_color}\">{line}</text>"
                )?;
            }
            Ok(())
        };
        lines(&block.entry.noted_title(), TITLE_SIZE, 700, svg)?;
        lines(&block.meeting.places.join(", "), PLACE_SIZE, 400, svg)
    }

    /// The text below the grid: the entries without times.
    fn notes(&self) -> Vec<String> {
        let without_times = self.entries.iter().filter(|entry| entry.slots.is_empty());
        let titles: Vec<_> = without_times.map(ShownEntry::noted_title).collect();
        if titles.is_empty() {
            return Vec::new();
        }
        wrap(&format!("시간 미정: {}", titles.join(", ")), (WIDTH - 2 * MARGIN) * 10 / NOTE_SIZE, 6)
    }
}

/// The blocks of all entries. Blocks of a day that overlap, directly or through other blocks, share the width of the day.
fn blocks<'a>(entries: &'a [ShownEntry<'a>]) -> Vec<GridBlock<'a>> {
    let mut blocks: Vec<GridBlock<'a>> = entries.iter().flat_map(blocks_of).collect();
    blocks.sort_by_key(|block| (block.meeting.day, block.meeting.start, block.meeting.end));
    let mut rest = blocks.as_mut_slice();
    while let Some((first, others)) = rest.split_first() {
        let (day, mut end, mut together) = (first.meeting.day, first.meeting.end, 1_usize);
        for block in others.iter().take_while(|block| block.meeting.day == day) {
            if block.meeting.start >= end {
                break;
            }
            end = end.max(block.meeting.end);
            together += 1;
        }
        let (overlapping, later) = rest.split_at_mut(together);
        assign_lanes(overlapping);
        rest = later;
    }
    blocks
}

/// The blocks of an entry. A time in several rooms is one block with all of their names.
fn blocks_of<'a>(entry: &'a ShownEntry<'a>) -> impl Iterator<Item = GridBlock<'a>> {
    let block = |meeting| GridBlock { entry, meeting, lane: 0, lanes: 1 };
    Meeting::all(entry.slots).into_iter().map(block)
}

/// Puts each block into the first lane that is free at its start.
fn assign_lanes(overlapping: &mut [GridBlock<'_>]) {
    let mut ends: Vec<TimeOfDay> = Vec::new();
    for block in overlapping.iter_mut() {
        let lane = ends.iter().position(|end| *end <= block.meeting.start).unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = block.meeting.end,
            None => ends.push(block.meeting.end),
        }
        block.lane = u32::try_from(lane).unwrap_or(0);
    }
    let lanes = u32::try_from(ends.len()).unwrap_or(1).max(1);
    overlapping.iter_mut().for_each(|block| block.lanes = lanes);
}

/// The colour of text on a block: dark on a light colour and white on a dark one. The brightness is the luma of ITU-R
/// BT.601.
fn text_color(color: &Color) -> &'static str {
    let part = |from: usize| {
        let digits = color.as_str().get(from..from + 2).unwrap_or("ff");
        u32::from_str_radix(digits, 16).unwrap_or(255)
    };
    let brightness = (part(1) * 299 + part(3) * 587 + part(5) * 114) / 1000;
    if brightness >= 140 { DARK_TEXT } else { "#ffffff" }
}

#[cfg(test)]
mod tests {
    use campus_core::domain::{Credit, EntryId, LectureTitle, Parse, Room, Slot, Time};

    use super::*;

    fn slot(day: Day, start: u16, end: u16, place: &str) -> Slot {
        let time = |minutes| TimeOfDay::from_minutes(minutes).unwrap();
        Slot::new(day, time(start), time(end), Room::parse(place.to_owned()).ok()).unwrap()
    }

    fn shown<'a>(title: &'a LectureTitle, slots: &'a [Slot], color: &'a Color) -> ShownEntry<'a> {
        ShownEntry {
            id: EntryId::new(Time::now()),
            lecture_id: None,
            state: None,
            title: title.as_str(),
            professor: None,
            slots,
            credit: Credit::default(),
            color,
            conflicts: false,
            lecture_updated_at: None,
        }
    }

    fn frame(slots: &[Slot]) -> (usize, u32, u32) {
        let (title, color) = (LectureTitle::parse("무엇".to_owned()).unwrap(), Color::default());
        let frame = Frame::around(&[shown(&title, slots, &color)]);
        (frame.days.len(), frame.first_hour, frame.last_hour)
    }

    #[test]
    fn the_frame_has_the_days_and_whole_hours_of_the_slots() {
        assert_eq!(frame(&[]), (5, 9, 18));
        assert_eq!(frame(&[slot(Day::Tue, 630, 725, "")]), (5, 10, 13));
        assert_eq!(frame(&[slot(Day::Sat, 0, 1440, "")]), (6, 0, 24));
        assert_eq!(frame(&[slot(Day::Sun, 600, 660, "")]), (7, 10, 11));
    }

    #[test]
    fn only_overlapping_blocks_share_the_width() {
        let (title, color) = (LectureTitle::parse("무엇".to_owned()).unwrap(), Color::default());
        let slots = [
            slot(Day::Mon, 540, 660, ""),
            slot(Day::Mon, 600, 720, ""),
            slot(Day::Mon, 660, 780, ""),
            slot(Day::Mon, 780, 840, ""),
            slot(Day::Tue, 540, 600, "1"),
            slot(Day::Tue, 540, 600, "2"),
        ];
        let entries = [shown(&title, &slots, &color)];
        let lanes: Vec<_> =
            blocks(&entries).iter().map(|block| (block.lane, block.lanes, block.meeting.places.join(","))).collect();
        let lanes: Vec<_> = lanes.iter().map(|(lane, lanes, places)| (*lane, *lanes, places.as_str())).collect();
        assert_eq!(lanes, [(0, 2, ""), (1, 2, ""), (0, 2, ""), (0, 1, ""), (0, 1, "1,2")]);
    }

    #[test]
    fn text_is_dark_on_light_colours_and_white_on_dark_colours() {
        for (color, expected) in [("#ffffff", "#222222"), ("#000000", "#ffffff"), ("#000080", "#ffffff")] {
            assert_eq!(text_color(&Color::parse(color.to_owned()).unwrap()), expected);
        }
        assert!(Color::palette().all(|color| text_color(&color) == "#222222"));
    }
}
