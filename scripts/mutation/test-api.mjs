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
 * @typedef {{ readonly name: string, readonly parent: Suite | null, readonly before: Work[], readonly each: Work[] }} Suite
 * @typedef {{ readonly id: string, readonly name: string, readonly suite: Suite, readonly work: Work }} Test
 */

/** @type {Test[]} */
const tests = [];
/** @type {Suite} */
let suite = { name: "", parent: null, before: [], each: [] };

/** Says which file the tests that follow are of. @param {string} name */
export function beginFile(name) {
  suite = { name, parent: null, before: [], each: [] };
  mocks = [];
}

/**
 * The place of a module whose functions a test may replace: what stands there now, if it is not the module itself.
 * @typedef {{ readonly real: object, now: object | null }} Place
 * @typedef {{ readonly module: string, readonly make: (original: () => Promise<any>) => Promise<object> }} Mock
 */
/** @type {Map<string, Place>} */
const places = new Map();
/** Those of the file that is being read. @type {Mock[]} */
let mocks = [];

/** @param {string} module @param {object} real @returns {Place} */
export function placeOf(module, real) {
  const place = { real, now: null };
  places.set(module, place);
  return place;
}

export const vi = {
  /** @template T @param {() => T} make @returns {T} */
  hoisted: (make) => make(),
  /** @param {string} module @param {Mock["make"]} make */
  mock: (module, make) => void mocks.push({ module, make }),
};

/** Runs something with mocks in their places. @param {readonly Mock[]} replaced @param {Work} work */
async function within(replaced, work) {
  const taken = replaced.map(({ module, make }) => {
    const place = places.get(module);
    if (place === undefined) throw new Error(`nothing imports ${module}`);
    return { place, make };
  });
  try {
    for (const { place, make } of taken) place.now = await make(async () => place.real);
    await work();
  } finally {
    for (const { place } of taken) place.now = null;
  }
}

/** What runs before each test of a suite. @param {Suite | null} of @returns {readonly Work[]} */
const eachOf = (of) => (of === null ? [] : [...eachOf(of.parent), ...of.each]);

/** Options may stand before or behind the function: they are time limits. @param {readonly unknown[]} args @returns {() => any} */
function functionIn(args) {
  const work = args.find((arg) => typeof arg === "function");
  if (work === undefined) throw new Error("a test or suite needs a function");
  return /** @type {() => any} */ (work);
}

/** @param {string} name @param {readonly unknown[]} args */
export function describe(name, ...args) {
  const outer = suite;
  suite = { name: `${outer.name} ${name}`, parent: outer, before: [], each: [] };
  functionIn(args)();
  suite = outer;
}

/** @param {string} name @param {readonly unknown[]} args */
export function test(name, ...args) {
  const id = `${suite.name} ${name}`;
  const own = suite;
  const replaced = mocks;
  const test = functionIn(args);
  const work = async () => {
    for (const before of eachOf(own)) await before();
    await test();
  };
  tests.push({ id, name: id, suite, work: replaced.length === 0 ? work : () => within(replaced, work) });
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

/** @param {Work} work */
export function beforeEach(work) {
  suite.each.push(work);
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
