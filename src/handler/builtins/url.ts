/* URL and URLSearchParams. */

import type { Ref, Value } from "../host.ts";
import { formatQuery, formatUrl, hostOf, originOf, parseQuery, parseUrl, type UrlParts } from "../url.ts";
import { toText } from "../vm/convert.ts";
import { type ArrayData, Kind, type WebData } from "../vm/heap.ts";
import { listOf } from "../vm/iterate.ts";
import { libraryFunction } from "../vm/library.ts";
import { ownKeys } from "../vm/own.ts";
import { getElement, getProperty } from "../vm/property.ts";
import { getter, member, native, nativeClass } from "../vm/registry.ts";
import type { Vm } from "../vm/vm.ts";

/* Fields of URL: 0 the whole text. Of URLSearchParams: 0 the text, 1 array of [name, value]. */

function partsOf(vm: Vm, self: Value): UrlParts {
  const data = vm.as(self, Kind.web);
  const parts = data?.type === "URL" ? parseUrl(String(data.values[0])) : null;
  return parts ?? vm.typeError("Illegal invocation: this is not a URL");
}

nativeClass("URL", 1, (vm, _self, [text, base]) => {
  const parts = parse(vm, text, base);
  if (parts === null) return vm.typeError("Invalid URL string.");
  return vm.alloc({ kind: Kind.web, type: "URL", values: [formatUrl(parts)], keys: [], added: [] });
});

function parse(vm: Vm, text: Value, base: Value): UrlParts | null {
  const against = base === undefined ? null : parseUrl(toText(vm, base));
  if (base !== undefined && against === null) return null;
  return parseUrl(toText(vm, text), against);
}

native("URL.canParse", 1, (vm, _self, [text, base]) => parse(vm, text, base) !== null);
for (const name of [
  "protocol",
  "username",
  "password",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const) {
  getter(`URL.prototype.${name}`, (vm, self) => partsOf(vm, self)[name]);
}
getter("URL.prototype.host", (vm, self) => hostOf(partsOf(vm, self)));
getter("URL.prototype.origin", (vm, self) => originOf(partsOf(vm, self)));
getter("URL.prototype.href", (vm, self) => formatUrl(partsOf(vm, self)));
getter("URL.prototype.searchParams", (vm, self) => newParams(vm, parseQuery(partsOf(vm, self).search)));
for (const name of ["toString", "toJSON"])
  native(`URL.prototype.${name}`, 0, (vm, self) => formatUrl(partsOf(vm, self)));

function newParams(vm: Vm, pairs: readonly (readonly [string, string])[]): Ref {
  const list = vm.array(pairs.map(([name, value]) => vm.array([name, value])));
  return vm.alloc({
    kind: Kind.web,
    type: "URLSearchParams",
    values: [formatQuery(pairs), list],
    keys: [],
    added: [],
  });
}

function pairsOf(vm: Vm, self: Value): readonly (readonly [string, string])[] {
  const data = vm.as(self, Kind.web);
  if (data?.type !== "URLSearchParams")
    return vm.typeError("Illegal invocation: this is not a URLSearchParams");
  return listOf(vm, data.values[1]).map(
    (entry) => [toText(vm, getElement(vm, entry, 0)), toText(vm, getElement(vm, entry, 1))] as const,
  );
}

function change(vm: Vm, self: Value, pairs: readonly (readonly [string, string])[]): void {
  const { values } = vm.own<WebData>(self as Ref);
  values[0] = formatQuery(pairs);
  vm.own<ArrayData>(values[1] as Ref).values = pairs.map(([name, value]) => vm.array([name, value]));
}

nativeClass("URLSearchParams", 0, (vm, _self, [init]) => {
  if (init === undefined) return newParams(vm, []);
  if (typeof init !== "object" || init === null) return newParams(vm, parseQuery(toText(vm, init)));
  if (vm.as(init, Kind.object) !== null)
    return newParams(
      vm,
      ownKeys(vm, init).map((key) => [key, toText(vm, getProperty(vm, init, key))] as const),
    );
  return newParams(
    vm,
    listOf(vm, init).map(
      (entry) => [toText(vm, getElement(vm, entry, 0)), toText(vm, getElement(vm, entry, 1))] as const,
    ),
  );
});
native(
  "URLSearchParams.prototype.get",
  1,
  (vm, self, [name]) => pairsOf(vm, self).find(([one]) => one === toText(vm, name))?.[1] ?? null,
);
native("URLSearchParams.prototype.getAll", 1, (vm, self, [name]) =>
  vm.array(
    pairsOf(vm, self)
      .filter(([one]) => one === toText(vm, name))
      .map(([, value]) => value),
  ),
);
native("URLSearchParams.prototype.has", 1, (vm, self, [name]) =>
  pairsOf(vm, self).some(([one]) => one === toText(vm, name)),
);
native("URLSearchParams.prototype.append", 2, (vm, self, [name, value]) => {
  change(vm, self, [...pairsOf(vm, self), [toText(vm, name), toText(vm, value)]]);
});
native("URLSearchParams.prototype.set", 2, (vm, self, [name, value]) => {
  const key = toText(vm, name);
  const pairs = pairsOf(vm, self);
  const at = pairs.findIndex(([one]) => one === key);
  const entry = [key, toText(vm, value)] as const;
  change(
    vm,
    self,
    at < 0
      ? [...pairs, entry]
      : pairs
          .filter(([one], index) => one !== key || index === at)
          .map((pair) => (pair[0] === key ? entry : pair)),
  );
});
native("URLSearchParams.prototype.delete", 1, (vm, self, [name]) => {
  change(
    vm,
    self,
    pairsOf(vm, self).filter(([one]) => one !== toText(vm, name)),
  );
});
native("URLSearchParams.prototype.toString", 0, (vm, self) => formatQuery(pairsOf(vm, self)));
getter("URLSearchParams.prototype.size", (vm, self) => pairsOf(vm, self).length);
native("URLSearchParams.prototype.entries", 0, (vm, self) => {
  pairsOf(vm, self);
  const source = vm.as(self, Kind.web)?.values[1];
  return vm.alloc({ kind: Kind.iterator, source, gives: "values", position: 0 });
});
for (const [name, index] of [
  ["keys", 0],
  ["values", 1],
] as const) {
  native(`URLSearchParams.prototype.${name}`, 0, (vm, self) => {
    const source = vm.array(pairsOf(vm, self).map((pair) => pair[index]));
    return vm.alloc({ kind: Kind.iterator, source, gives: "values", position: 0 });
  });
}
member("URLSearchParams.prototype.forEach").library = libraryFunction("params_forEach");
