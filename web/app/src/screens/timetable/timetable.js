// @ts-check
import { useState } from "preact/hooks";
import { html } from "../../html.js";
import { t } from "../../i18n/index.js";
import { currentSemester, firstSemester, semesterIn } from "../../lib/semester.js";
import { useDaysOff } from "../../lib/school_semesters.js";
import { dateRange, datesOfWeek, seoulNow } from "../../lib/time.js";
import { navigate, setQuery } from "../../router.js";
import { Button, IconButton } from "../../ui/button.js";
import { ListRow, Tag } from "../../ui/elements.js";
import { Icon } from "../../ui/icon.js";
import { Menu } from "../../ui/menu.js";
import { Screen } from "../../ui/screen.js";
import { EmptyState, ErrorState } from "../../ui/states.js";
import { EntryDialog } from "./entry_dialog.js";
import { EntryList } from "./entry_list.js";
import { NewTimetableDialog } from "./name_dialogs.js";
import { OptionsDialog } from "./options.js";
import { SemesterSelect } from "./semester_select.js";
import { ShareDialog } from "./share_dialog.js";
import { useTimetables } from "./store.js";
import { creditsText, dayLong, isolated, semesterName } from "./texts.js";
import { WeekGrid } from "./week_grid.js";

/** @typedef {import("./store.js").Timetable} Timetable */
/** @typedef {import("../../lib/week.js").Day} Day */

/**
 * The user's timetables of a semester. The query names the semester and the timetable.
 *
 * @param {{ query: URLSearchParams }} props
 */
export default function TimetableScreen({ query }) {
  const { status, items, savedAt, problem, reload } = useTimetables();
  const [dialog, setDialog] = useState(/** @type {"new" | "options" | "share" | null} */ (null));
  const used = items.map((item) => item.semester);
  const semester = semesterIn(query) ?? firstSemester(new Date(), used);
  const mine = items.filter((item) => item.semester === semester).sort((a, b) => Number(b.is_primary) - Number(a.is_primary));
  const shown = mine.find((item) => item.id === query.get("id")) ?? mine[0] ?? null;
  const close = () => setDialog(null);
  const show = (/** @type {Timetable | null} */ timetable) => setQuery({ semester: timetable?.semester ?? semester, id: timetable?.id ?? null });

  const name = shown ? `${isolated(shown.name)} · ${creditsText(shown.credits)}` : semesterName(semester);
  return html`<${Screen} title=${t("timetable.title")} subtitle=${name} width="wide" actions=${html`<${Actions} timetable=${shown} onOpen=${setDialog} />`}>
    ${problem &&
    status === "ready" &&
    html`<p class="notice" role="status"><${Icon} name="offline" size=${20} />${t(savedAt ? "timetable.offline" : "timetable.stale")}</p>`}
    <div class="timetable-bar">
      <${SemesterSelect} value=${semester} used=${used} onChange=${(/** @type {string} */ next) => setQuery({ semester: next, id: null })} />
      ${status === "ready" && html`<${Switcher} ...${{ timetables: mine, shown, onNew: () => setDialog("new"), onShow: show }} />`}
    </div>
    ${status === "loading" && html`<div class="week-skeleton skeleton" role="status" aria-label=${t("common.loading")}></div>`}
    ${status === "failed" && html`<${ErrorState} problem=${problem} retry=${reload} />`}
    ${status === "ready" && !shown && html`<${FirstTimetable} onNew=${() => setDialog("new")} />`}
    ${shown && html`<${Content} key=${shown.id} timetable=${shown} />`}
    ${dialog === "new" && html`<${NewTimetableDialog} ...${{ semester, count: mine.length, onClose: close, onCreated: show }} />`}
    ${dialog === "options" && shown && html`<${OptionsDialog} timetable=${shown} onClose=${close} onShow=${show} />`}
    ${dialog === "share" && shown && html`<${ShareDialog} timetable=${shown} onClose=${close} />`}
  <//>`;
}

/**
 * The buttons of the bar. Without a timetable, the place of its own buttons stays empty, so that nothing moves when it is
 * there.
 *
 * @param {object} props
 * @param {Timetable | null} props.timetable
 * @param {(dialog: "options" | "share") => void} props.onOpen
 */
function Actions({ timetable, onOpen }) {
  const own = timetable
    ? html`<div class="row-tight">
        <${IconButton} icon="plus" label=${t("timetable.add")} href=${`/timetable/${timetable.id}/add`} />
        <${IconButton} icon="share" label=${t("timetable.share")} onClick=${() => onOpen("share")} />
        <${IconButton} icon="settings" label=${t("timetable.options")} onClick=${() => onOpen("options")} />
      </div>`
    : html`<div class="row-tight"></div>`;
  return html`${own}<${Menu} label=${t("common.menu")} items=${[
    { label: t("timetable.lectures"), icon: "book", onSelect: () => navigate("/lectures") },
    { label: t("timetable.friends"), icon: "users", onSelect: () => navigate("/friends") },
  ]} />`;
}

/** @param {{ onNew: () => void }} props */
function FirstTimetable({ onNew }) {
  return html`<${EmptyState} icon="calendar" title=${t("timetable.first_title")} text=${t("timetable.first_text")}>
    <${Button} kind="primary" icon="plus" onClick=${onNew}>${t("timetable.new")}<//>
    <${Button} icon="book" href="/lectures">${t("timetable.lectures")}<//>
  <//>`;
}

/**
 * The timetables of the semester as toggle buttons.
 *
 * @param {object} props
 * @param {Timetable[]} props.timetables
 * @param {Timetable | null} props.shown
 * @param {() => void} props.onNew
 * @param {(timetable: Timetable) => void} props.onShow
 */
function Switcher({ timetables, shown, onNew, onShow }) {
  if (timetables.length === 0) return null;
  return html`<div class="chips" role="group" aria-label=${t("timetable.timetables")}>
    ${timetables.map(
      (item) => html`<button key=${item.id} type="button" class="chip" aria-pressed=${item.id === shown?.id} onClick=${() => onShow(item)}>
        <span class="chip-text" dir="auto">${item.name}</span>
        ${item.is_primary && timetables.length > 1 && html`<span class="chip-note">${t("timetable.primary")}</span>`}
      </button>`,
    )}
    <${IconButton} icon="plus" label=${t("timetable.new")} onClick=${onNew} />
  </div>`;
}

/** @param {{ timetable: Timetable }} props */
function Content({ timetable }) {
  const [openId, setOpenId] = useState(/** @type {string | null} */ (null));
  const open = timetable.entries.find((entry) => entry.id === openId);
  const onOpen = (/** @type {import("./store.js").Entry} */ entry) => setOpenId(entry.id);
  const isCurrent = timetable.semester === currentSemester();
  const today = isCurrent ? seoulNow().day : null;
  const daysOff = useDaysOff(timetable.semester, { isNeeded: isCurrent });
  const week = isCurrent ? datesOfWeek() : [];
  const off = week.filter(({ date }) => daysOff.includes(date)).map(({ day }) => day);
  return html`<div class="planner">
    <div class="planner-grid">
      <div class="card week-card">
        ${today && html`<p class="week-note small muted">${weekNote(week, off, today)}</p>`}
        <${WeekGrid} entries=${timetable.entries} today=${today} daysOff=${off} label=${t("timetable.grid", { name: timetable.name })} onOpen=${onOpen} />
      </div>
    </div>
    <section class="planner-side stack" aria-label=${timetable.name}>
      <div class="row between">
        <h2 class="planner-title" dir="auto">${timetable.name}</h2>
        <${Tag} tone=${timetable.visibility === "private" ? undefined : "brand"}>${visibilityName(timetable.visibility)}<//>
      </div>
      <p class="muted nums">${t("timetable.entries", { count: timetable.entries.length })} · ${creditsText(timetable.credits)}</p>
      <div class="row">
        <${Button} kind="primary" icon="search" wide href=${`/timetable/${timetable.id}/add`}>${t("timetable.find")}<//>
        <${Button} icon="plus" wide href=${`/timetable/${timetable.id}/custom`}>${t("timetable.add_custom")}<//>
      </div>
      ${timetable.entries.length > 0
        ? html`<${EntryList} entries=${timetable.entries} onOpen=${onOpen} />`
        : html`<${EmptyState} small icon="calendar" title=${t("timetable.empty_title")} text=${t("timetable.empty_text")} />`}
      <div class="card">
        <${ListRow} href="/grades" icon="chart" title=${t("timetable.grades")} text=${t("timetable.grades_text")} aside=${html`<${Icon} name="forward" size=${18} />`} />
      </div>
    </section>
    ${open && html`<${EntryDialog} key=${open.id} timetableId=${timetable.id} entry=${open} onClose=${() => setOpenId(null)} />`}
  </div>`;
}

/**
 * What is special about the current week; otherwise its dates.
 * @param {{ day: Day, date: string }[]} week
 * @param {Day[]} off
 * @param {Day} today
 */
function weekNote(week, off, today) {
  if (off.includes(today)) return html`<strong>${t("timetable.today_off")}</strong>`;
  if (off.length > 0) return t("timetable.week_off", { days: off.map(dayLong).join(", ") });
  return dateRange(week[0]?.date ?? "", week.at(-1)?.date ?? "");
}

/** @param {Timetable["visibility"]} visibility */
const visibilityName = (visibility) => t(/** @type {import("../../i18n/index.js").TextKey} */ (`timetable.visibility_${visibility}`));
