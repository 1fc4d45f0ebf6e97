/*
 * Built-in functions that call back into the handler, in the handler language itself: so the machine can stop inside
 * them like anywhere else. vm/library.generated.ts is this, compiled; a test keeps the two alike. Streams, which few handlers
 * make, stand in streams.source.ts.
 *
 * A function is named after what it is: array_map is Array.prototype.map. Names that begin with $ are the machine's own
 * helpers. Functions here do not refer to one another, as there is no module scope for them to meet in.
 */
export const LIBRARY_SOURCE = `
function toPrimitive(value, hint) {
  for (const name of hint === "string" ? ["toString", "valueOf"] : ["valueOf", "toString"]) {
    const method = value[name];
    if (typeof method === "function") {
      const result = method.call(value);
      if (result === null || (typeof result !== "object" && typeof result !== "function")) return result;
    }
  }
  throw new TypeError("Cannot convert object to primitive value");
}

function String(...values) {
  return values.length === 0 ? "" : \`\${values[0]}\`;
}

function copyProperties(target, source) {
  for (const name of Object.keys(source)) $define(target, name, source[name]);
}

function copyOthers(source, names) {
  const result = {};
  for (const name of Object.keys(source)) if (!names.includes(name)) $define(result, name, source[name]);
  return result;
}

function callGetter(object, name, args) {
  const method = object[name];
  return method.apply(object, args);
}

function object_values(object) {
  return $hasGetters(object) ? Object.keys(object).map((name) => object[name]) : $values(object);
}

function object_entries(object) {
  return $hasGetters(object) ? Object.keys(object).map((name) => [name, object[name]]) : $entries(object);
}

function object_assign(target, ...sources) {
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    for (const name of Object.keys(source)) target[name] = source[name];
  }
  return $object(target);
}

function array_forEach(call, self) {
  $checkFunction(call);
  for (let i = 0; i < this.length; i++) call.call(self, this[i], i, this);
}

function array_map(call, self) {
  $checkFunction(call);
  const result = [];
  for (let i = 0; i < this.length; i++) result.push(call.call(self, this[i], i, this));
  return result;
}

function array_filter(call, self) {
  $checkFunction(call);
  const result = [];
  for (let i = 0; i < this.length; i++) {
    const item = this[i];
    if (call.call(self, item, i, this)) result.push(item);
  }
  return result;
}

function array_some(call, self) {
  $checkFunction(call);
  for (let i = 0; i < this.length; i++) if (call.call(self, this[i], i, this)) return true;
  return false;
}

function array_every(call, self) {
  $checkFunction(call);
  for (let i = 0; i < this.length; i++) if (!call.call(self, this[i], i, this)) return false;
  return true;
}

function array_find(call, self) {
  $checkFunction(call);
  for (let i = 0; i < this.length; i++) {
    const item = this[i];
    if (call.call(self, item, i, this)) return item;
  }
}

function array_findIndex(call, self) {
  $checkFunction(call);
  for (let i = 0; i < this.length; i++) if (call.call(self, this[i], i, this)) return i;
  return -1;
}

function array_findLast(call, self) {
  $checkFunction(call);
  for (let i = this.length - 1; i >= 0; i--) {
    const item = this[i];
    if (call.call(self, item, i, this)) return item;
  }
}

function array_findLastIndex(call, self) {
  $checkFunction(call);
  for (let i = this.length - 1; i >= 0; i--) if (call.call(self, this[i], i, this)) return i;
  return -1;
}

function array_reduce(call, ...initial) {
  $checkFunction(call);
  let i = 0;
  if (initial.length === 0 && this.length === 0) throw new TypeError("Reduce of empty array with no initial value");
  let result = initial.length > 0 ? initial[0] : this[i++];
  for (; i < this.length; i++) result = call(result, this[i], i, this);
  return result;
}

function array_reduceRight(call, ...initial) {
  $checkFunction(call);
  let i = this.length - 1;
  if (initial.length === 0 && this.length === 0) throw new TypeError("Reduce of empty array with no initial value");
  let result = initial.length > 0 ? initial[0] : this[i--];
  for (; i >= 0; i--) result = call(result, this[i], i, this);
  return result;
}

function array_flatMap(call, self) {
  $checkFunction(call);
  const result = [];
  for (let i = 0; i < this.length; i++) {
    const item = call.call(self, this[i], i, this);
    if (Array.isArray(item)) result.push(...item);
    else result.push(item);
  }
  return result;
}

function array_toSorted(compare) {
  if (compare !== undefined) $checkFunction(compare);
  let items = this.slice();
  const count = items.length;
  items = items.filter((item) => item !== undefined);
  if (compare === undefined) items = $sortByText(items);
  else {
    const { length } = items;
    for (let width = 1; width < length; width *= 2) {
      const merged = [];
      for (let start = 0; start < length; start += 2 * width) {
        let left = start;
        const middle = Math.min(start + width, length);
        let right = middle;
        const end = Math.min(start + 2 * width, length);
        while (left < middle && right < end) {
          merged.push(compare(items[right], items[left]) < 0 ? items[right++] : items[left++]);
        }
        while (left < middle) merged.push(items[left++]);
        while (right < end) merged.push(items[right++]);
      }
      items = merged;
    }
  }
  while (items.length < count) items.push(undefined);
  return items;
}

function array_sort(compare) {
  const sorted = this.toSorted(compare);
  for (let i = 0; i < sorted.length; i++) this[i] = sorted[i];
  return this;
}

function array_join(separator = ",") {
  if ($isPlainList(this)) return $join(this, \`\${separator}\`);
  let result = "";
  for (let i = 0; i < this.length; i++) {
    if (i > 0) result += separator;
    result += \`\${this[i] ?? ""}\`;
  }
  return result;
}

function array_toString() {
  return this.join();
}

function array_from(source, call, self) {
  const items = $listOf(source);
  if (call === undefined) return items;
  $checkFunction(call);
  const result = [];
  for (let i = 0; i < items.length; i++) result.push(call.call(self, items[i], i));
  return result;
}

function bytes_from(source, call, self) {
  return new Uint8Array(Array.from(source, call, self));
}

function bytes_map(call, self) {
  $checkFunction(call);
  const result = new Uint8Array(this.length);
  for (let i = 0; i < this.length; i++) result[i] = call.call(self, this[i], i, this);
  return result;
}

function bytes_filter(call, self) {
  return new Uint8Array(Array.from(this).filter(call, self));
}

function map_forEach(call, self) {
  $checkFunction(call);
  for (const [key, value] of this.entries()) call.call(self, value, key, this);
}

function set_forEach(call, self) {
  $checkFunction(call);
  for (const value of this.values()) call.call(self, value, value, this);
}

function params_forEach(call, self) {
  $checkFunction(call);
  for (const [key, value] of this.entries()) call.call(self, value, key, this);
}

function object_groupBy(items, call) {
  $checkFunction(call);
  const groups = Object.create(null);
  let i = 0;
  for (const item of items) {
    const key = \`\${call(item, i++)}\`;
    (groups[key] ??= []).push(item);
  }
  return groups;
}

function map_groupBy(items, call) {
  $checkFunction(call);
  const groups = new Map();
  let i = 0;
  for (const item of items) {
    const key = call(item, i++);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

function string_replace(what, by) {
  if (typeof by !== "function") return $replace(this, \`\${what}\`, \`\${by}\`, false);
  const text = \`\${this}\`;
  const pattern = \`\${what}\`;
  const at = text.indexOf(pattern);
  if (at < 0) return text;
  return text.slice(0, at) + \`\${by(pattern, at, text)}\` + text.slice(at + pattern.length);
}

function string_replaceAll(what, by) {
  if (typeof by !== "function") return $replace(this, \`\${what}\`, \`\${by}\`, true);
  const text = \`\${this}\`;
  const pattern = \`\${what}\`;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + Math.max(1, pattern.length))) {
    result += text.slice(from, at) + \`\${by(pattern, at, text)}\`;
    from = at + pattern.length;
    if (at >= text.length) break;
  }
  return result + text.slice(from);
}

function promise_finally(call) {
  if (typeof call !== "function") return this.then(call, call);
  return this.then(
    (value) => Promise.resolve(call()).then(() => value),
    (reason) => Promise.resolve(call()).then(() => { throw reason; }),
  );
}

function promise_try(call, ...args) {
  return new Promise((resolve) => resolve(call(...args)));
}

function queueMicrotask(call) {
  $checkFunction(call);
  $job(call);
}

function newSignal() {
  return $make("AbortSignal", { aborted: false, reason: undefined, listeners: [] });
}
`;
