/*
 * connect()'s address and options, with workerd's own error texts (MODEL 4.1, steps 2, 3 and 6; seen in recordings).
 */
import type { Machine, Value } from "../handler/host.ts";
import { HandlerThrow, isRef } from "../handler/host.ts";

const UNPARSED = "Specified address could not be parsed.";
const UNSUPPORTED = "Specified address is empty string, contains unsupported characters or is too long.";
const NO_INTEGER = "The value cannot be converted because it is not an integer.";

function typeError(js: Machine, message: string): HandlerThrow {
  return new HandlerThrow(js.newError("TypeError", message));
}

/** The address as workerd keeps it. Throws its TypeErrors into the handler. */
export function parseAddress(js: Machine, value: Value): string {
  const address =
    isRef(value) || value === null || value === undefined
      ? fromObject(js, value)
      : fromText(js, js.toText(value));
  const host = address.slice(0, address.lastIndexOf(":"));
  if (host === "" || host.length > 255 || !/^[A-Za-z0-9\-._[\]:]+$/.test(host))
    throw typeError(js, UNSUPPORTED);
  return address;
}

function fromObject(js: Machine, value: Value): string {
  if (!isRef(value)) {
    throw typeError(
      js,
      "Cannot initialize N7workerd3api13SocketAddressE with required members from an undefined or null value.",
    );
  }
  const port = js.getProperty(value, "port");
  const number = typeof port === "number" ? port : Number.NaN;
  if (!Number.isInteger(number)) throw typeError(js, NO_INTEGER);
  if (number > 65_535) throw typeError(js, "Value out of range. Must be less than or equal to 65535.");
  if (number < 0) throw typeError(js, "Value out of range. Must be greater than or equal to 0.");
  return `${js.toText(js.getProperty(value, "hostname"))}:${number}`;
}

/** A string is parsed like a URL's authority: "host:port", with what a URL allows around it. */
function fromText(js: Machine, text: string): string {
  const authority = text.split(/[/?#]/)[0] ?? "";
  const hostPort = authority.slice(authority.lastIndexOf("@") + 1);
  const match = /^(\[[0-9A-Fa-f:.]*\]|[^:]*)(?::(.*))?$/.exec(hostPort);
  if (match === null) throw typeError(js, UNPARSED);
  const [, host = "", port] = match;
  if (host === "")
    throw typeError(js, port === undefined ? "Specified address is missing hostname." : UNPARSED);
  if (/[\s<>^|%\\]/.test(host)) throw typeError(js, UNPARSED);
  if (port === undefined || port === "") throw typeError(js, "Specified address is missing port.");
  if (!/^\d+$/.test(port) || Number(port) > 65_535) throw typeError(js, UNPARSED);
  return text;
}

/** connect()'s second argument. */
export interface SocketOptions {
  readonly allowHalfOpen: boolean;
  readonly highWaterMark: number | null;
  readonly secureTransport: "off" | "starttls" | "on";
}

/** Reads the options. Throws workerd's TypeError for an unknown secureTransport. */
export function parseOptions(js: Machine, value: Value): SocketOptions {
  if (!isRef(value)) return { allowHalfOpen: false, highWaterMark: null, secureTransport: "off" };
  const mark = js.getProperty(value, "highWaterMark");
  const given = js.getProperty(value, "secureTransport");
  const transport = given === undefined ? "off" : given;
  if (transport !== "off" && transport !== "starttls" && transport !== "on") {
    throw typeError(js, `Unsupported value in secureTransport socket option: ${js.toText(transport)}`);
  }
  return {
    allowHalfOpen: js.getProperty(value, "allowHalfOpen") === true,
    highWaterMark: typeof mark === "number" ? mark : null,
    secureTransport: transport,
  };
}

const REFUSED = "proxy request failed, cannot connect to the specified address";
const USE_FETCH =
  ". It looks like you might be trying to connect to a HTTP-based service — consider using fetch instead";

/** What a connection that could not be made says; at the ports of HTTP it knows better (4.4). */
export function refusalOf(address: string): string {
  return /:(80|443)$/.test(address) ? REFUSED + USE_FETCH : REFUSED;
}
