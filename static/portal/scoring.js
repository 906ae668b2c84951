/*
 * The portal's rules for a sheet, for where there is no network: what assessments/scoring.py, services/scores.py and
 * checkup.py make of the same marks, to the hundredth. tests/e2e/test_scoring_js.py compares them on generated sheets.
 *
 * Points are whole hundredths. `rules` is what pages/pocket.py tells of the sheet:
 *   { partly (percent), pass (hundredths of a percent), sections: [{ points, items: [item, …] }] }
 *   item: { item, code, max, off (what a fault costs, or 0), out (may be inapplicable), due, shown (by evidence),
 *           either (either form is enough), level, points } – the last two as stored, null without a mark.
 * `marks` is a Map from an item's key to { level, points }: what was marked since.
 */
"use strict";

const scoring = (() => {
  const MOST_FAULTS = 999;

  /* over / under, halves up, as a clerk rounds; neither is negative. */
  const rounded = (over, under) => Math.floor((2 * over + under) / (2 * under));
  const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

  /* A typed number in hundredths; NaN for anything else. */
  function hundredths(text) {
    const [, whole, part = ""] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim()) || [];
    return whole === undefined ? NaN : Number(whole) * 100 + Number(part.padEnd(2, "0"));
  }

  /* What the fields of an item amount to: { level, points }, or { lacks } with the field that is missing or wrong. */
  function marked(rules, item, { level, points, faults, reason }) {
    const mark = item.off && level !== "inapplicable" ? counted(item, faults) : given(rules, item, level, points);
    return mark.lacks || mark.level === "met" || reason.trim() ? mark : { lacks: "reason" };
  }

  function counted({ max, off }, faults) {
    if (!/^\d{1,3}$/.test(faults.trim()) || Number(faults) > MOST_FAULTS) return { lacks: "faults" };
    const points = Math.max(max - off * Number(faults), 0);
    return { points, level: points === max ? "met" : points ? "partly" : "unmet" };
  }

  function given(rules, { max, out }, level, points) {
    if (!level || (level === "inapplicable" && !out)) return { lacks: "level" };
    if (level === "met") return { level, points: max };
    if (level !== "partly") return { level, points: 0 };
    if (!points.trim()) return { level, points: rounded(max * rules.partly, 100) };
    const own = hundredths(points);
    return own > 0 && own < max ? { level, points: own } : { lacks: "points" };
  }

  /* What was typed on this device, sent or not; what is not whole yet counts as the portal has it. `recordOf` knows an item's. */
  function typed(rules, recordOf) {
    const found = new Map();
    for (const item of rules.sections.flatMap((section) => section.items)) {
      const record = recordOf(item.item);
      const mark = record && marked(rules, item, record.fields);
      if (mark && !mark.lacks) found.set(item.item, mark);
    }
    return found;
  }

  /* The items due, each with its mark of now. */
  const standing = ({ items }, marks) => items.filter((item) => item.due).map((item) => ({ ...item, ...marks.get(item.item) }));

  function ofSection(section, marks) {
    const due = standing(section, marks);
    const counting = due.filter((item) => item.level !== "inapplicable");
    const base = sum(counting.map((item) => item.max));
    const earned = sum(counting.map((item) => (item.level ? item.points : 0)));
    return {
      points: base ? rounded(earned * section.points, base) : 0,
      maximum: base ? section.points : 0,
      items: due.length,
      unmarked: due.filter((item) => !item.level).length,
    };
  }

  /* The whole sheet: { points, maximum, items, unmarked, pass, sections }. */
  function total(rules, marks) {
    const sections = rules.sections.map((section) => ofSection(section, marks));
    const all = (name) => sum(sections.map((section) => section[name]));
    const maximum = all("maximum");
    return {
      points: all("points"), maximum, items: all("items"), unmarked: all("unmarked"), sections,
      // The fewest points whose percentage, rounded, reaches the pass mark.
      pass: Math.max(Math.ceil(((2 * rules.pass - 1) * maximum) / 20000), 0),
    };
  }

  /* What the check-up finds in the marks: [{ check, code }], in the order of the sheet. */
  function checkup(rules, marks) {
    const due = rules.sections.flatMap((section) => standing(section, marks));
    const found = ({ level, shown, either }) => [
      !level && "unanswered",
      level === "met" && !shown && "no_evidence",
      either && (level === "partly" || (level === "unmet" && shown)) && "either_or",
    ];
    return due.flatMap((item) => found(item).filter(Boolean).map((check) => ({ check, code: item.code })));
  }

  return { marked, typed, total, checkup };
})();
