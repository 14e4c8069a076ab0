/**
 * HTTP-date (RFC 9110 §5.6.7), the three formats: written here so that no case depends on the
 * code that it tests.
 */
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const LONG = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const IMF_FIXDATE =
  /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const two = (n) => String(n).padStart(2, "0");

function parts(ms) {
  const d = new Date(ms);
  return {
    weekday: d.getUTCDay(),
    day: d.getUTCDate(),
    month: MONTHS[d.getUTCMonth()],
    year: String(d.getUTCFullYear()).padStart(4, "0"),
    time: [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()].map(two).join(":"),
  };
}

export function imfFixdate(ms) {
  const p = parts(ms);
  return `${DAYS[p.weekday]}, ${two(p.day)} ${p.month} ${p.year} ${p.time} GMT`;
}

export function rfc850Date(ms) {
  const p = parts(ms);
  return `${LONG[p.weekday]}, ${two(p.day)}-${p.month}-${p.year.slice(2)} ${p.time} GMT`;
}

export function asctimeDate(ms) {
  const p = parts(ms);
  return `${DAYS[p.weekday]} ${p.month} ${String(p.day).padStart(2)} ${p.time} ${p.year}`;
}

/** Milliseconds of an IMF-fixdate, NaN for anything else, a wrong weekday included. */
export function parseImfFixdate(text) {
  const match = IMF_FIXDATE.exec(text);
  if (!match) return NaN;
  const [, day, month, year, hour, minute, second] = match;
  const ms = Date.UTC(+year, MONTHS.indexOf(month), +day, +hour, +minute, +second);
  return imfFixdate(ms) === text ? ms : NaN;
}
