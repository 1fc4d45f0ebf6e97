/*
 * Namespaces of Durable Objects, ids and stubs. A namespace of the environment, whatever its name, is that of the handler's
 * own class.
 */
import { mustGet } from "../base/assert.ts";
import type { ActorId } from "../base/ids.ts";
import type { Machine, Ref, Value } from "../handler/host.ts";
import { HandlerThrow } from "../handler/host.ts";
import type { Draft } from "./draft.ts";

/** The id of an object's name. */
export function idOf(d: Draft, name: string): Ref {
  const known = d.s.idNames.indexOf(name);
  if (known < 0) d.s.idNames = [...d.s.idNames, name];
  return d.js().hostObject("DurableObjectId", known < 0 ? d.s.idNames.length : known + 1);
}

/** The name behind an id's number. */
export function nameOfId(d: Draft, id: number): string {
  return mustGet(d.s.idNames[id - 1], `id ${id}`);
}

/** id.toString(): 64 hexadecimal digits that depend on the name alone, as real ones do; their value is the model's own. */
export function hexOfId(name: string): string {
  let text = "";
  for (let part = 0; part < 8; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (const character of `${name}/${part}`)
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    text += hash.toString(16).padStart(8, "0");
  }
  return text;
}

/** The number of an id that a method is given. */
export function numberOfId(js: Machine, id: Value, method: string, type: string): number {
  const host = js.asHost(id);
  if (host?.type === "DurableObjectId") return host.id;
  const text = `Failed to execute '${method}' on '${type}': parameter 1 is not of type 'DurableObjectId'.`;
  throw new HandlerThrow(js.newError("TypeError", text));
}

/** namespace.get(id) */
export function stubOfId(d: Draft, actor: ActorId, id: Value): Ref {
  return stubOfName(d, actor, nameOfId(d, numberOfId(d.js(), id, "get", "DurableObjectNamespace")));
}

/** namespace.getByName(name) */
export function stubOfName(d: Draft, actor: ActorId, object: string): Ref {
  d.s.stubs = [...d.s.stubs, { actor, object, reached: null }];
  return d.js().hostObject("DurableObjectStub", d.s.stubs.length);
}
