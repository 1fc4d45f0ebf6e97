// @ts-check
/**
 * What tests import from "vitest", for running them many times in one process: it collects tests instead of running them.
 * Assertions are vitest's own.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";

/**
 * @typedef {() => void | Promise<void>} Work
 * @typedef {{ readonly name: string, readonly parent: Suite | null, readonly before: Work[] }} Suite
 * @typedef {{ readonly id: string, readonly name: string, readonly suite: Suite, readonly work: Work }} Test
 */

/** @type {Test[]} */
const tests = [];
/** @type {Suite} */
let suite = { name: "", parent: null, before: [] };

/** Says which file the tests that follow are of. @param {string} name */
export function beginFile(name) {
  suite = { name, parent: null, before: [] };
}

/** Options may stand before or behind the function: they are time limits. @param {readonly unknown[]} args @returns {() => any} */
function functionIn(args) {
  const work = args.find((arg) => typeof arg === "function");
  if (work === undefined) throw new Error("a test or suite needs a function");
  return /** @type {() => any} */ (work);
}

/** @param {string} name @param {readonly unknown[]} args */
export function describe(name, ...args) {
  const outer = suite;
  suite = { name: `${outer.name} ${name}`, parent: outer, before: [] };
  functionIn(args)();
  suite = outer;
}

/** @param {string} name @param {readonly unknown[]} args */
export function test(name, ...args) {
  const id = `${suite.name} ${name}`;
  tests.push({ id, name: id, suite, work: functionIn(args) });
}
export const it = test;

/**
 * A test or suite for each row of a table; rows that are lists are spread over the parameters.
 * @param {(name: string, work: () => any) => void} define
 * @returns {(rows: readonly unknown[]) => (name: string, work: (...cells: any[]) => any) => void}
 */
const eachBy = (define) => (rows) => (name, work) => {
  for (const [at, row] of rows.entries())
    define(`${name} [${at}]`, () => work(...(Array.isArray(row) ? row : [row])));
};
test.each = eachBy(test);
describe.each = eachBy(describe);

/** @param {Work} work */
export function beforeAll(work) {
  suite.before.push(work);
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** @param {unknown} value @param {string} [message] */
export const expect = (value, message) => chai.expect(value, message);
Object.assign(expect, chai.expect, Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT));
Reflect.set(globalThis, GLOBAL_EXPECT, expect);
// @ts-expect-error An expect() that counts nothing.
setState({ assertionCalls: 0 }, expect);

export { tests };
