/*
 * Names that the language leaves out on purpose, with what to write instead. A name that is neither here nor known to
 * the machine is asked from the host when the code runs.
 */
import { unsupported } from "./problem.ts";

const ADVICE: ReadonlyMap<string, string> = new Map([
  ["eval", "Write the code itself."],
  ["Function", "Write a function expression."],
  ["RegExp", "Use string methods: includes, startsWith, split, indexOf, slice."],
  ["Symbol", "Use string keys."],
  ["Proxy", "Use getters and methods."],
  ["Reflect", "Use the operators and Object.keys, Object.entries and the like."],
  ["BigInt", "Use plain numbers."],
  ["BigInt64Array", "Use Uint8Array."],
  ["BigUint64Array", "Use Uint8Array."],
  ["WeakMap", "Use Map."],
  ["WeakSet", "Use Set."],
  ["WeakRef", "Keep the object itself."],
  ["FinalizationRegistry", "Watch the lifetimes lane instead."],
  ["SharedArrayBuffer", "Use ArrayBuffer."],
  ["Atomics", "A Durable Object is single-threaded."],
  ["Int8Array", "Use Uint8Array."],
  ["Uint8ClampedArray", "Use Uint8Array."],
  ["Int16Array", "Use Uint8Array."],
  ["Uint16Array", "Use Uint8Array."],
  ["Int32Array", "Use Uint8Array."],
  ["Uint32Array", "Use Uint8Array."],
  ["Float32Array", "Use an array of numbers."],
  ["Float64Array", "Use an array of numbers."],
  ["DataView", "Use Uint8Array and shift the bytes."],
  ["Intl", "Build the text by hand."],
  ["require", `Write import { name } from "module" at the top.`],
]);

/** Stops at a free name that the language leaves out. */
export function checkGlobal(name: string, offset: number): void {
  const advice = ADVICE.get(name);
  if (advice !== undefined) unsupported(name, advice, offset);
}

/** Stops at a member that the language leaves out. `object` is the global it is read from, if it is one. */
export function checkMember(object: string | null, name: string, offset: number): void {
  if (object === "Math" && name === "random") {
    unsupported("Math.random", "Runs are reproducible: choose the inputs explicitly.", offset);
  }
  if (name === "__proto__")
    unsupported("__proto__", "Use classes, or Object.create(null) for a plain map.", offset);
  if (object === "globalThis") checkGlobal(name, offset);
}

/** Stops at a module other than the platform's. */
export function checkExternalModule(module: string, offset: number): void {
  if (module !== "cloudflare:workers" && module !== "cloudflare:sockets") {
    unsupported(
      `the module "${module}"`,
      `Handlers import from "cloudflare:workers" and "cloudflare:sockets" only.`,
      offset,
    );
  }
}
