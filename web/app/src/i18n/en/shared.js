export default {
  title: "Shared timetable",
  missing_title: "This timetable is not available",
  missing_text: "Sharing has ended, or the link is wrong. Ask your friend for a new link.",
  download: "Download",
  picture: "Picture (SVG)",
  calendar: "Calendar (.ics)",
  start_title: "Make your own timetable",
  start_text: "Find the lectures of your school, build a timetable and share it with friends.",
  start: "Start with Campus",
  own: "My timetable",
};
