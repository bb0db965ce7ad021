// Offsets of the API count code points; strings here count UTF-16 units.

export function unitOffset(text, points) {
  let units = 0;
  for (let passed = 0; passed < points && units < text.length; passed += 1) {
    const code = text.charCodeAt(units);
    units += code >= 0xd800 && code <= 0xdbff ? 2 : 1;
  }
  return units;
}

export function slicePoints(text, start, end) {
  return text.slice(unitOffset(text, start), unitOffset(text, end));
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

export function readableDate(value) {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(value || "");
  if (!match) return value || "";
  const [, year, month, day] = match;
  const name = month ? MONTHS[Number(month) - 1] : null;
  return [day ? String(Number(day)) : null, name, year].filter(Boolean).join(" ");
}

export function ago(value) {
  const then = Date.parse(value || "");
  if (Number.isNaN(then)) return "";
  const minutes = Math.round((Date.now() - then) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 60 * 24) return `${Math.round(minutes / 60)} h ago`;
  return readableDate(new Date(then).toISOString());
}

const SMALL = new Set(["ai", "uk", "eu", "un"]);

// "new-delhi-2026" -> "New Delhi 2026"
export function readableName(value) {
  if (value === "none") return "";
  return (value || "")
    .split(/[-_]/)
    .map((word) => (SMALL.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
}

// "One. [1][2] Two. [3]" -> [{text}, {marker}, ...]
export function splitMarkers(text) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(/\[(\d+)\]/g)) {
    if (match.index > last) parts.push({ text: text.slice(last, match.index) });
    parts.push({ marker: Number(match[1]) });
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push({ text: text.slice(last) });
  return parts;
}

export function milliseconds(value) {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.max(1, Math.round(value))} ms`;
}

export function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
