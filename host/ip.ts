// What is an IP address, as text. `node:net` knows it as well, but loading it and its first answer
// take 10 ms of a start.

/** Four numbers from 0 to 255, in decimal, without leading zeros. */
export function isIPv4(text: string): boolean {
  const parts = text.split(".");
  const isByte = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  return parts.length === 4 && parts.every(isByte);
}

/** RFC 4291 §2.2; without brackets, and without a zone (`%eth0`), for no URL could name it. */
export function isIPv6(text: string): boolean {
  return /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
}

export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Reaches no further than this machine. */
export function isLoopback(ip: string): boolean {
  return isIPv4(ip) ? ip.startsWith("127.") : ip === "::1";
}
