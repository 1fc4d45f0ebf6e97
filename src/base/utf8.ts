/* UTF-8, as TextEncoder and TextDecoder do it: broken text and broken bytes become U+FFFD. */

/** The bytes of a string. */
export function encodeUtf8(text: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    let point = text.charCodeAt(at);
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = text.charCodeAt(at + 1);
      if (point <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        at++;
      } else point = 0xfffd;
    }
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return bytes;
}

/** The string of some bytes; a byte order mark at the start is dropped unless `keepMark`. */
export function decodeUtf8(bytes: readonly number[], keepMark = false): string {
  const parts: string[] = [];
  let at = !keepMark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length) {
    const first = bytes[at++] ?? 0;
    if (first < 0x80) {
      parts.push(String.fromCharCode(first));
      continue;
    }
    const more =
      first >= 0xc2 && first <= 0xdf
        ? 1
        : first >= 0xe0 && first <= 0xef
          ? 2
          : first >= 0xf0 && first <= 0xf4
            ? 3
            : 0;
    let point = first & (0x3f >> more);
    let left = more;
    // The second byte has narrower bounds after some first bytes: no overlong forms, no surrogates, nothing past U+10FFFF.
    let lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    while (left > 0) {
      const next = bytes[at];
      if (next === undefined || next < lowest || next > highest) break;
      point = (point << 6) | (next & 63);
      lowest = 0x80;
      highest = 0xbf;
      at++;
      left--;
    }
    parts.push(more > 0 && left === 0 ? String.fromCodePoint(point) : "\ufffd");
  }
  return parts.join("");
}
