// Values as people write them in the environment, in the forms that the command line takes too
// (host/units.ts). What is not one of them is −1, never a guess.

const DIGIT_0: i32 = 0x30;
const DOT: i32 = 0x2e;

/** Digits only, as a number. */
export function parseWhole(text: string): f64 {
  if (text.length == 0 || text.length > 16) return -1;
  let number: f64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + <f64>digit;
  }
  return number;
}

export function isWithin(number: f64, low: f64, high: f64): bool {
  return number >= low && number <= high;
}

/** Bytes, with an optional unit of 1024: `64k`, `64KiB`, `1.5m`, `1g`, `300`, `300B`. */
export function parseSize(text: string): f64 {
  const end = numberEnd(text);
  const unit = text.substring(end).toLowerCase();
  const number = parseDecimal(text.substring(0, end));
  if (unit == "" || unit == "b") return rounded(number, 1);
  if (unit == "k" || unit == "kib") return rounded(number, 1024);
  if (unit == "m" || unit == "mib") return rounded(number, 1048576);
  return unit == "g" || unit == "gib" ? rounded(number, 1073741824) : -1;
}

/** `10s`, `500ms`, `1.5m`, `2h` or bare seconds, in milliseconds. */
export function parseDuration(text: string): f64 {
  const end = numberEnd(text);
  const unit = text.substring(end);
  const number = parseDecimal(text.substring(0, end));
  if (unit == "ms") return rounded(number, 1);
  if (unit == "" || unit == "s") return rounded(number, 1000);
  if (unit == "m") return rounded(number, 60000);
  return unit == "h" ? rounded(number, 3600000) : -1;
}

/** Where digits and dots end. */
function numberEnd(text: string): i32 {
  let end = 0;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code != DOT && (code < DIGIT_0 || code > DIGIT_0 + 9)) break;
    end++;
  }
  return end;
}

/** Digits, and perhaps a dot and more digits. */
function parseDecimal(text: string): f64 {
  const dot = text.indexOf(".");
  if (dot < 0) return parseWhole(text);
  const whole = parseWhole(text.substring(0, dot));
  const digits = text.substring(dot + 1);
  const fraction = parseWhole(digits);
  return whole < 0 || fraction < 0 ? -1 : whole + fraction / Math.pow(10, digits.length);
}

function rounded(number: f64, unit: f64): f64 {
  return number < 0 ? -1 : Math.floor(number * unit + 0.5);
}
