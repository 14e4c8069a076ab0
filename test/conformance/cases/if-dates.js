/** If-Modified-Since and If-Unmodified-Since: RFC 9110 §13.1.3, §13.1.4; dates: §5.6.7. */
import { HELLO_OK, must, should } from "../case.js";
import { asctimeDate, imfFixdate, rfc850Date } from "../dates.js";
import { MTIME, SIXTH } from "../fixtures.js";
import { get, head, request } from "../request.js";

const DAY = 86400000;
const TARGET = "/hello.txt";
const DATES = "9110 §5.6.7";
const since = (text, target = TARGET) => get(target, `If-Modified-Since: ${text}`);
const unless = (text, target = TARGET) => get(target, `If-Unmodified-Since: ${text}`);
const year = new Date().getUTCFullYear();

/** A date in the RFC 850 form whose two digits stand for a year so far from now. */
const twoDigits = (distance) => rfc850Date(Date.UTC(year + distance, 5, 15, 12));

/** Not a date: both conditions are ignored, so the file comes. */
const invalid = {
  "a word": "yesterday",
  "an empty value": "",
  "a number": "1705322096",
  "ISO 8601": "2024-01-15T12:34:56Z",
  "another time zone": "Mon, 15 Jan 2024 12:34:56 +0000",
  "no time zone": "Mon, 15 Jan 2024 12:34:56",
  "an unknown month": "Mon, 15 Foo 2024 12:34:56 GMT",
  "an hour of 25": "Mon, 15 Jan 2024 25:34:56 GMT",
  "a minute of 60": "Mon, 15 Jan 2024 12:60:56 GMT",
  "a day of one digit": "Wed, 5 Feb 2025 12:34:56 GMT",
  "a year of two digits in the long form": "Wed, 15 Jan 25 12:34:56 GMT",
  "text behind the date": "Mon, 15 Jan 2024 12:34:56 GMT; length=14",
  "quotation marks": '"Mon, 15 Jan 2024 12:34:56 GMT"',
};

export default [
  should("9110 §13.1.3", "a file not modified since its own time is answered with 304",
    (f) => since(f.lastModified), 304, { of: TARGET }),
  should("9110 §13.1.3", "a file not modified since a later time is answered with 304",
    since(imfFixdate(MTIME + DAY)), 304),
  should("9110 §13.1.3", "a file not modified since one second later is answered with 304",
    since(imfFixdate(MTIME + 1000)), 304),
  must("9110 §13.1.3", "a file modified since is answered with 200",
    since(imfFixdate(MTIME - DAY)), HELLO_OK),
  must("9110 §13.1.3", "a file modified one second after is answered with 200",
    since(imfFixdate(MTIME - 1000)), HELLO_OK),
  should("9110 §13.1.3", "a time in the future is a time",
    since(imfFixdate(Date.now() + DAY)), 304),
  must("9110 §13.1.3", "a time before the epoch is a time or ignored",
    since("Wed, 31 Dec 1969 23:59:59 GMT"), HELLO_OK),
  should("9110 §13.1.3", "HEAD is answered with 304",
    (f) => head(TARGET, `If-Modified-Since: ${f.lastModified}`), 304, { of: TARGET }),
  must("9110 §13.1.3", "a method other than GET and HEAD ignores the condition",
    (f) => request("POST", TARGET, [`If-Modified-Since: ${f.lastModified}`]), [200, 405, 411, 501],
    { of: TARGET }),
  must("9110 §13.2.1", "a missing file is missing, whatever the time",
    get("/missing", `If-Modified-Since: ${imfFixdate(Date.now())}`), 404),
  must("9110 §13.1.3", "a value of two members is ignored",
    (f) => since(`${f.lastModified}, ${f.lastModified}`), HELLO_OK, { of: TARGET }),
  should("9110 §13.1.3", "304 of a time has the ETag that 200 would have had",
    (f) => since(f.lastModified), (f) => ({ status: 304, fields: { etag: f.etag } }),
    { of: TARGET }),
  must(DATES, "the RFC 850 form is understood: not modified", since(rfc850Date(MTIME)), 304),
  must(DATES, "the RFC 850 form is understood: modified", since(rfc850Date(MTIME - DAY)), HELLO_OK),
  must(DATES, "the asctime form is understood: not modified", since(asctimeDate(MTIME)), 304),
  must(DATES, "the asctime form is understood: modified",
    since(asctimeDate(MTIME - DAY)), HELLO_OK),
  must(DATES, "the asctime form has a space before a day of one digit: not modified",
    since(asctimeDate(SIXTH), "/sixth.txt"), 304),
  must(DATES, "the asctime form has a space before a day of one digit: modified",
    since(asctimeDate(SIXTH - 1000), "/sixth.txt"), 200),
  must(DATES, "two digits that seem 49 years ahead are in the future",
    unless(twoDigits(49)), HELLO_OK),
  must(DATES, "two digits that seem 60 years ahead are in the past",
    since(twoDigits(60)), HELLO_OK),
  must(DATES, "a leap second is valid", since("Sat, 31 Dec 2016 23:59:60 GMT"), HELLO_OK),
  should(DATES, "a 29th of February is valid", since("Thu, 29 Feb 2024 00:00:00 GMT"), 304),
  ...Object.entries(invalid).map(([what, text]) =>
    must("9110 §13.1.3", `If-Modified-Since is ignored if no date: ${what}`,
      since(text), HELLO_OK)),
  must("9110 §13.1.4", "a file not modified since its own time passes",
    (f) => unless(f.lastModified), HELLO_OK, { of: TARGET }),
  must("9110 §13.1.4", "a file not modified since a later time passes",
    unless(imfFixdate(MTIME + DAY)), HELLO_OK),
  should("9110 §13.1.4", "a file modified since is answered with 412",
    unless(imfFixdate(MTIME - DAY)), 412),
  should("9110 §13.1.4", "a file modified one second after is answered with 412",
    unless(imfFixdate(MTIME - 1000)), 412),
  should("9110 §13.1.4", "HEAD of a file modified since is answered with 412",
    head(TARGET, `If-Unmodified-Since: ${imfFixdate(MTIME - DAY)}`), 412),
  should(DATES, "the RFC 850 form is understood in If-Unmodified-Since",
    unless(rfc850Date(MTIME - DAY)), 412),
  should(DATES, "the asctime form is understood in If-Unmodified-Since",
    unless(asctimeDate(MTIME - DAY)), 412),
  must("9110 §13.2.1", "a missing file is missing, whatever If-Unmodified-Since says",
    get("/missing", "If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT"), 404),
  must("9110 §13.1.4", "If-Unmodified-Since of two members is ignored",
    unless(`${imfFixdate(MTIME - DAY)}, ${imfFixdate(MTIME - DAY)}`), HELLO_OK),
  ...["a word", "another time zone", "ISO 8601", "text behind the date"].map((what) =>
    must("9110 §13.1.4", `If-Unmodified-Since is ignored if no date: ${what}`,
      unless(invalid[what].replace(/202\d/, "1990")), HELLO_OK)),
];
