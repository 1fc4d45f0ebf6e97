/*
 * A small parser for http(s) and ws(s) URLs, as handlers use them: absolute, or relative to another URL. It knows no
 * international domain names and no numeric host forms; what it does not know it leaves as it is.
 */

/** The parts of a URL, named as on the class URL. */
export interface UrlParts {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http:", "80"],
  ["https:", "443"],
  ["ws:", "80"],
  ["wss:", "443"],
  ["ftp:", "21"],
]);

/** Parses a URL, null when it is none. */
export function parseUrl(text: string, base: UrlParts | null = null): UrlParts | null {
  const input = text.trim().replaceAll("\t", "").replaceAll("\n", "").replaceAll("\r", "");
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(input)?.[0];
  if (scheme === undefined) return base === null ? null : relativeTo(input, base);
  const protocol = scheme.toLowerCase();
  const rest = input.slice(scheme.length);
  const isSpecial = DEFAULT_PORTS.has(protocol);
  const afterSlashes = isSpecial ? rest.replace(/^[/\\]*/, "") : rest.startsWith("//") ? rest.slice(2) : null;
  if (afterSlashes === null) {
    const { path, search, hash } = splitPath(rest);
    return { protocol, username: "", password: "", hostname: "", port: "", pathname: path, search, hash };
  }
  const end = afterSlashes.search(isSpecial ? /[/\\?#]/ : /[/?#]/);
  const authority = parseAuthority(end < 0 ? afterSlashes : afterSlashes.slice(0, end), protocol);
  if (authority === null || (isSpecial && authority.hostname === "")) return null;
  const { path, search, hash } = splitPath(end < 0 ? "" : afterSlashes.slice(end));
  return {
    protocol,
    ...authority,
    pathname: normalizePath(path === "" && isSpecial ? "/" : path),
    search,
    hash,
  };
}

/** The whole URL as text. */
export function formatUrl(url: UrlParts): string {
  const credentials =
    url.username === "" && url.password === ""
      ? ""
      : `${url.username}${url.password === "" ? "" : `:${url.password}`}@`;
  const host = hostOf(url);
  const isOpaque = host === "" && !DEFAULT_PORTS.has(url.protocol) && !url.pathname.startsWith("/");
  return `${url.protocol}${isOpaque ? "" : "//"}${credentials}${host}${url.pathname}${url.search}${url.hash}`;
}

/** hostname and port. */
export function hostOf(url: UrlParts): string {
  return url.port === "" ? url.hostname : `${url.hostname}:${url.port}`;
}

/** scheme, hostname and port. */
export function originOf(url: UrlParts): string {
  return DEFAULT_PORTS.has(url.protocol) ? `${url.protocol}//${hostOf(url)}` : "null";
}

function relativeTo(text: string, base: UrlParts): UrlParts | null {
  if (/^[/\\]{2}/.test(text)) return parseUrl(base.protocol + text);
  const { path, search, hash } = splitPath(text);
  if (path === "") return { ...base, search: text.startsWith("?") ? search : base.search, hash };
  const isAbsolute = /^[/\\]/.test(path);
  const folder = base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1);
  return { ...base, pathname: normalizePath(isAbsolute ? path : folder + path), search, hash };
}

function parseAuthority(
  text: string,
  protocol: string,
): Pick<UrlParts, "username" | "password" | "hostname" | "port"> | null {
  const at = text.lastIndexOf("@");
  const [username = "", password = ""] = at < 0 ? [] : splitOnce(text.slice(0, at), ":");
  const host = at < 0 ? text : text.slice(at + 1);
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::(\d*))?$/.exec(host);
  if (match === null) return null;
  const hostname = (match[1] ?? "").toLowerCase();
  if (/[\s#%/<>?@\\^|]/.test(hostname)) return null;
  const port = match[2] === undefined || match[2] === "" ? "" : String(Number(match[2]));
  if (Number(port) > 65_535) return null;
  return { username, password, hostname, port: DEFAULT_PORTS.get(protocol) === port ? "" : port };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitPath(text: string): { readonly path: string; readonly search: string; readonly hash: string } {
  const [beforeHash, hash] = splitOnce(text, "#");
  const [path, search] = splitOnce(beforeHash, "?");
  return {
    path: percentEncode(path, /[\s"<>`{}]/),
    search: search === "" ? "" : `?${percentEncode(search, /[\s"<>']/)}`,
    hash: hash === "" ? "" : `#${percentEncode(hash, /[\s"<>`]/)}`,
  };
}

/** Encodes what is not ASCII, and the given characters. */
function percentEncode(text: string, also: RegExp): string {
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < 0x20 || code > 0x7e || also.test(character))
      result += encodeURIComponent(isSurrogate ? "\ufffd" : character);
    else result += character;
  }
  return result;
}

function normalizePath(path: string): string {
  const parts: string[] = [];
  const segments = path.replaceAll("\\", "/").split("/");
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    const plain = segment.replace(/%2e/gi, ".");
    if (plain === "..") {
      if (parts.length > 1) parts.pop();
      if (isLast) parts.push("");
    } else if (plain === ".") {
      if (isLast) parts.push("");
    } else parts.push(segment);
  });
  return parts.join("/");
}

// ---- search parameters

/** The pairs of a query, decoded. */
export function parseQuery(query: string): readonly (readonly [string, string])[] {
  const text = query.startsWith("?") ? query.slice(1) : query;
  if (text === "") return [];
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name, value] = splitOnce(part, "=");
      return [decodeForm(name), decodeForm(value)] as const;
    });
}

/** Pairs as a query without "?". */
export function formatQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
}

function decodeForm(text: string): string {
  const plain = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(plain);
  } catch {
    // Not the escapes of UTF-8: a browser would show U+FFFD, which no handler here depends on.
    return plain;
  }
}

function encodeForm(text: string): string {
  const wellFormed = text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
  return encodeURIComponent(wellFormed)
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
