/* How data is written down. Bytes are held as text with one character per byte, as strace prints them. */

/** Longer data is written as its length. */
const LONGEST_TEXT = 96;
const TLS_FIRST_KIND = 20;
const TLS_KINDS = ["change cipher", "alert", "handshake", "data"];

/** Bytes as the text that they encode. */
export const decodeUtf8 = (byteText: string): string => Buffer.from(byteText, "latin1").toString();

/** A TLS record begins with its kind and the version 3.0 to 3.4. */
function isTls(bytes: string): boolean {
  const isKind = TLS_KINDS[bytes.charCodeAt(0) - TLS_FIRST_KIND] !== undefined;
  return isKind && bytes.charCodeAt(1) === 3 && bytes.charCodeAt(2) <= 4;
}

/** TLS records by type and length: their bytes are random. */
function describeTls(bytes: string): string {
  let described = "";
  let at = 0;
  while (at + 5 <= bytes.length) {
    const size = bytes.charCodeAt(at + 3) * 256 + bytes.charCodeAt(at + 4);
    described += `<TLS ${TLS_KINDS[bytes.charCodeAt(at) - TLS_FIRST_KIND]} ${size} bytes>`;
    at += 5 + size;
  }
  return described;
}

/** `"text"`, `<70000 bytes>`, TLS records. `bytes` may be only the beginning of `length` bytes. */
export function describeData(bytes: string, length = bytes.length): string {
  if (isTls(bytes)) return describeTls(bytes);
  return length > LONGEST_TEXT ? `<${length} bytes>` : JSON.stringify(decodeUtf8(bytes));
}

/** The same, and an HTTP request is its first line. */
export function describeDataOrRequest(bytes: string, length = bytes.length): string {
  if (!/^[A-Z]+ \S+ HTTP\/1/.test(bytes)) return describeData(bytes, length);
  return JSON.stringify(bytes.split("\r\n")[0]) + (/upgrade: websocket/i.test(bytes) ? " (upgrade)" : "");
}
