/* Response, Request and Headers: what a handler answers with, and what it is asked. */

import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { BodyForm, Header, Ref, Value } from "../host.ts";
import { formatUrl, parseUrl } from "../url.ts";
import { callHost } from "../vm/call.ts";
import { toInteger, toText } from "../vm/convert.ts";
import { Kind, type WebData } from "../vm/heap.ts";
import { listOf } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { ownKeys } from "../vm/own.ts";
import { performThen, promiseOf, rejectPromise } from "../vm/promise.ts";
import { getElement, getProperty } from "../vm/property.ts";
import { getter, intrinsic, member, native, nativeClass } from "../vm/registry.ts";
import { Thrown, type Vm } from "../vm/vm.ts";
import { byteLength, newBytes, readBytes } from "./bytes.ts";
import { isDisturbed, isLocked, isStream, streamOf } from "./streams.ts";

/* Fields of Response: 0 status, 1 body (null, string, bytes, or a host object), 2 headers, 3 whether the body was read,
 * 4 status text, 5 url. Of Request: 0 url, 1 body, 2 headers, 3 whether the body was read, 4 method. Of Headers: 0 nothing,
 * 1 array of [name, value]. */

function web(vm: Vm, type: string, values: Value[]): Ref {
  return vm.alloc({ kind: Kind.web, type, values, keys: [], added: [] });
}

function fields(vm: Vm, self: Value, type: string): WebData {
  const data = vm.as(self, Kind.web);
  return data !== null && data.type === type
    ? data
    : vm.typeError(`Illegal invocation: this is not a ${type}`);
}

// ---- Headers

function newHeaders(vm: Vm, init: Value): Ref {
  const list = vm.array([]);
  const headers = web(vm, "Headers", [undefined, list]);
  if (typeof init !== "object" || init === null) return headers;
  const data = vm.as(init, Kind.web);
  if (data?.type === "Headers")
    for (const entry of listOf(vm, data.values[1]))
      setHeader(vm, headers, getElement(vm, entry, 0), getElement(vm, entry, 1));
  else if (vm.as(init, Kind.array) !== null) {
    for (const entry of listOf(vm, init))
      setHeader(vm, headers, getElement(vm, entry, 0), getElement(vm, entry, 1));
  } else for (const key of ownKeys(vm, init)) setHeader(vm, headers, key, getProperty(vm, init, key));
  return headers;
}

/** The headers of a Headers object, in order. */
export function headersOf(vm: Vm, headers: Value): readonly Header[] {
  return listOf(vm, headerList(vm, headers)).map(
    (entry) => [toText(vm, getElement(vm, entry, 0)), toText(vm, getElement(vm, entry, 1))] as const,
  );
}

function headerList(vm: Vm, self: Value): Ref {
  return fields(vm, self, "Headers").values[1] as Ref;
}

/** Position of a header and what it is, -1 if it is not set. */
function findHeader(
  vm: Vm,
  self: Value,
  name: Value,
): { readonly at: number; readonly key: string; readonly value: Value } {
  const key = toText(vm, name).toLowerCase();
  const entries = listOf(vm, headerList(vm, self));
  const at = entries.findIndex((entry) => getElement(vm, entry, 0) === key);
  return { at, key, value: at < 0 ? null : getElement(vm, entries[at], 1) };
}

function setHeader(vm: Vm, self: Value, name: Value, value: Value): void {
  const { at, key } = findHeader(vm, self, name);
  const list = headerList(vm, self);
  const entry = vm.array([key, toText(vm, value)]);
  const own = vm.own<Extract<ReturnType<Vm["at"]>, { kind: typeof Kind.array }>>(list);
  if (at >= 0) own.values[at] = entry;
  else {
    const before = own.values.findIndex((one) => String(getElement(vm, one, 0)) > key);
    own.values.splice(before < 0 ? own.values.length : before, 0, entry);
  }
}

nativeClass("Headers", 0, (vm, _self, [init]) => newHeaders(vm, init));
native("Headers.prototype.get", 1, (vm, self, [name]) => findHeader(vm, self, name).value);
native("Headers.prototype.has", 1, (vm, self, [name]) => findHeader(vm, self, name).at >= 0);
native("Headers.prototype.set", 2, (vm, self, [name, value]) => {
  setHeader(vm, self, name, value);
});
native("Headers.prototype.append", 2, (vm, self, [name, value]) => {
  const found = findHeader(vm, self, name);
  setHeader(vm, self, name, found.at < 0 ? value : `${String(found.value)}, ${toText(vm, value)}`);
});
native("Headers.prototype.delete", 1, (vm, self, [name]) => {
  const { at } = findHeader(vm, self, name);
  if (at >= 0)
    vm.own<Extract<ReturnType<Vm["at"]>, { kind: typeof Kind.array }>>(headerList(vm, self)).values.splice(
      at,
      1,
    );
});
native("Headers.prototype.entries", 0, (vm, self) =>
  vm.alloc({ kind: Kind.iterator, source: headerList(vm, self), gives: "values", position: 0 }),
);
for (const [name, index] of [
  ["keys", 0],
  ["values", 1],
] as const) {
  native(`Headers.prototype.${name}`, 0, (vm, self) => {
    const parts = vm.array(listOf(vm, headerList(vm, self)).map((entry) => getElement(vm, entry, index)));
    return vm.alloc({ kind: Kind.iterator, source: parts, gives: "values", position: 0 });
  });
}
member("Headers.prototype.forEach").library = libraryFunction("params_forEach");

// ---- bodies

function bodyOf(vm: Vm, value: Value): Value {
  if (value === undefined || value === null) return null;
  if (typeof value !== "object") return String(value);
  if (byteLength(vm, value) !== null) return newBytes(vm, readBytes(vm, value, 1_048_577) ?? []);
  if (isStream(vm, value, "ReadableStream")) return value;
  const host = vm.as(value, Kind.host);
  if (host !== null)
    return vm.stuck(
      `A ${host.type} as a body is not part of Gatescope's model. Read it first, and answer with text.`,
    );
  return toText(vm, value);
}

/** The text of a body. */
export function bodyText(vm: Vm, body: Value): string {
  if (body === null || body === undefined) return "";
  if (typeof body === "string") return body;
  return decodeUtf8(readBytes(vm, body) ?? []);
}

/** What the method of this name makes of a body. */
export function readBody(vm: Vm, form: BodyForm, body: Value): Value {
  switch (form) {
    case "text":
      return bodyText(vm, body);
    case "json":
      return parseJson(vm, bodyText(vm, body));
    case "bytes":
      return newBytes(vm, bytesOf(vm, body));
    case "arrayBuffer": {
      const data = bytesOf(vm, body);
      return vm.alloc({ kind: Kind.buffer, length: data.length, data, rest: 0 });
    }
  }
}

function bytesOf(vm: Vm, body: Value): number[] {
  return typeof body === "string" ? encodeUtf8(body) : (readBytes(vm, body)?.slice() ?? []);
}

/** Takes a body once: the promise of what `form` makes of it. A body that the host holds is read by the host. */
function consume(vm: Vm, self: Value, form: BodyForm): Value {
  const data = vm.as(self, Kind.web);
  if (data === null || (data.type !== "Response" && data.type !== "Request"))
    return vm.typeError("Illegal invocation");
  const body = data.values[1];
  const stream = isStream(vm, body, "ReadableStream") ? body : null;
  if (data.values[3] === true || (stream !== null && (isDisturbed(vm, stream) || isLocked(vm, stream)))) {
    const promise = vm.promise();
    rejectPromise(
      vm,
      promise,
      vm.error(
        "TypeError",
        "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
      ),
    );
    return promise;
  }
  if (body !== null) vm.own<WebData>(self as Ref).values[3] = true;
  if (stream !== null) {
    const bytes = performThen(vm, promiseOf(vm, undefined), bound(vm, "\0readAll", stream), undefined);
    return performThen(vm, bytes, bound(vm, "\0bodyAs", form), undefined);
  }
  const host = vm.as(body, Kind.host);
  if (host !== null) return callHost(vm, `${host.type}.${form}`, host, []);
  try {
    return promiseOf(vm, readBody(vm, form, body));
  } catch (thrown) {
    if (!(thrown instanceof Thrown)) throw thrown;
    const promise = vm.promise();
    rejectPromise(vm, promise, thrown.value);
    return promise;
  }
}

/** One of the machine's own functions with its first argument. */
function bound(vm: Vm, name: string, first: Value): Ref {
  return vm.alloc({ kind: Kind.bound, target: intrinsic(name).self, self: undefined, values: [first] });
}

native("\0bodyAs", 2, (vm, _self, [form, bytes]) => readBody(vm, form as BodyForm, bytes));

function parseJson(vm: Vm, text: string): Value {
  const parse = intrinsic("JSON.parse").call;
  return parse === null ? undefined : parse(vm, undefined, [text]);
}

native("\0bodyStream", 1, (vm, _self, [message]) => {
  const body = vm.as(message, Kind.web)?.values[1];
  return isStream(vm, body, "ReadableStream") ? body : null;
});
native("\0setBody", 2, (vm, _self, [message, body]) => {
  vm.own<WebData>(message as Ref).values[1] = body;
});
/** A copy of a Response or Request, with a body of its own if one is given. */
native("\0cloneOf", 2, (vm, _self, [message, given]) => {
  const data = vm.as(message, Kind.web);
  if (data === null) return vm.typeError("Illegal invocation");
  const [first, body, headers, ...others] = data.values;
  return web(vm, data.type, [first, given ?? body, newHeaders(vm, headers), ...others]);
});

for (const type of ["Response", "Request"]) {
  member(`${type}.prototype.clone`).library = libraryFunction("body_clone");
  for (const form of ["text", "json", "bytes", "arrayBuffer"] as const)
    native(`${type}.prototype.${form}`, 0, (vm, self) => consume(vm, self, form));
  getter(`${type}.prototype.headers`, (vm, self) => fields(vm, self, type).values[2]);
  getter(`${type}.prototype.bodyUsed`, (vm, self) => {
    const { values } = fields(vm, self, type);
    return values[3] === true || (isStream(vm, values[1], "ReadableStream") && isDisturbed(vm, values[1]));
  });
  getter(`${type}.prototype.body`, (vm, self) => {
    const body = fields(vm, self, type).values[1];
    if (body === null || isStream(vm, body, "ReadableStream")) return body;
    if (vm.as(body, Kind.host) !== null)
      return vm.stuck(`${type}.body as a stream is not part of Gatescope's model here. Use text().`);
    const stream = streamOf(vm, newBytes(vm, bytesOf(vm, body)));
    vm.own<WebData>(self as Ref).values[1] = stream;
    return stream;
  });
}

// ---- Response

/** A new Response. */
export function newResponse(
  vm: Vm,
  body: Value,
  status: number,
  statusText: string,
  headers: Value,
  url = "",
): Ref {
  const made = newHeaders(vm, headers);
  if (typeof body === "string" && findHeader(vm, made, "content-type").at < 0)
    setHeader(vm, made, "content-type", "text/plain;charset=UTF-8");
  return web(vm, "Response", [status, body, made, false, statusText, url]);
}

function responseFrom(vm: Vm, body: Value, init: Value, headers?: Value): Ref {
  const option = (name: string) =>
    typeof init === "object" && init !== null ? getProperty(vm, init, name) : undefined;
  const status = toInteger(vm, option("status"), 200);
  if (status < 200 || status > 599)
    vm.throwError(
      "RangeError",
      `Responses may only be constructed with status codes in the range 200 to 599, inclusive.`,
    );
  if (body !== null && (status === 204 || status === 205 || status === 304)) {
    vm.typeError(`Response with null body status (101, 204, 205, or 304) cannot have a body.`);
  }
  const statusText = option("statusText");
  return newResponse(
    vm,
    body,
    status,
    statusText === undefined ? "" : toText(vm, statusText),
    headers ?? option("headers"),
  );
}

nativeClass("Response", 0, (vm, _self, [body, init]) => responseFrom(vm, bodyOf(vm, body), init));
native("Response.json", 1, (vm, _self, [value, init]) => {
  const stringify = intrinsic("JSON.stringify").call;
  const text = stringify === null ? undefined : stringify(vm, undefined, [value]);
  if (typeof text !== "string") return vm.typeError("Value is not JSON serializable");
  const response = responseFrom(vm, text, init);
  const given = typeof init === "object" && init !== null ? getProperty(vm, init, "headers") : undefined;
  const { values } = fields(vm, response, "Response");
  if (findHeader(vm, newHeaders(vm, given), "content-type").at < 0)
    setHeader(vm, values[2], "content-type", "application/json");
  return response;
});
native("Response.error", 0, (vm) => vm.stuck("Response.error(). Answer with a status."));
native("Response.redirect", 1, (vm, _self, [url, status]) => {
  const headers = vm.object(["location"], [toText(vm, url)]);
  return newResponse(vm, null, toInteger(vm, status, 302), "", headers);
});
getter("Response.prototype.status", (vm, self) => fields(vm, self, "Response").values[0]);
getter("Response.prototype.statusText", (vm, self) => fields(vm, self, "Response").values[4]);
getter("Response.prototype.url", (vm, self) => fields(vm, self, "Response").values[5]);
getter("Response.prototype.ok", (vm, self) => {
  const status = fields(vm, self, "Response").values[0];
  return typeof status === "number" && status >= 200 && status < 300;
});
// ---- Request

/** A new Request. */
export function newRequest(
  vm: Vm,
  url: string,
  method = "GET",
  body: Value = null,
  headers: Value = undefined,
): Ref {
  const made = newHeaders(vm, headers);
  if (typeof body === "string" && findHeader(vm, made, "content-type").at < 0)
    setHeader(vm, made, "content-type", "text/plain;charset=UTF-8");
  return web(vm, "Request", [url, body, made, false, method]);
}

/** new Request(input, init) */
export function requestFrom(vm: Vm, input: Value, init: Value): Ref {
  const option = (name: string) =>
    typeof init === "object" && init !== null ? getProperty(vm, init, name) : undefined;
  const from = vm.as(input, Kind.web);
  const source = from?.type === "Request" ? from.values : null;
  const text = source === null ? toText(vm, input) : String(source[0]);
  const url = parseUrl(text);
  if (url === null) return vm.typeError(`Invalid URL: ${text}`);
  const method = toText(vm, option("method") ?? source?.[4] ?? "GET").toUpperCase();
  const given = option("body");
  const body = given === undefined ? (source?.[1] ?? null) : bodyOf(vm, given);
  if (body !== null && (method === "GET" || method === "HEAD"))
    return vm.typeError("Request with a GET or HEAD method cannot have a body.");
  return newRequest(vm, formatUrl(url), method, body, option("headers") ?? source?.[2]);
}

nativeClass("Request", 1, (vm, _self, [input, init]) => requestFrom(vm, input, init));
getter("Request.prototype.url", (vm, self) => fields(vm, self, "Request").values[0]);
getter("Request.prototype.method", (vm, self) => fields(vm, self, "Request").values[4]);
