// @ts-check
/**
 * In which order tests are tried on a mutant: first the one that failed last for a mutant of the same file, as neighbours
 * often fall to the same test; then in turn
 * - one of those that are most likely to fail for the work that they are. How likely that is, is learned: from how a test has
 *   done on mutants of the same file, and until it has, from how its own file's tests do;
 * - one of those that come past the mutant's neighbours where few do: a condition that is wrong shows in a test that takes the
 *   rarer way.
 *
 * Work is counted in mutants passed, not in time, so that a slow machine does not change the order.
 */

/** How often a test, or the tests of a file, have been tried, and have failed. */
class Tries {
  tried = 0;
  failed = 0;
}

/** A file's tests count for so many tries of one of them. */
const PRIOR_TRIES = 2;
/** Mutants are numbered in the order of the source; so many before and after are neighbours. */
const NEIGHBOURS = 6;

/** @template K @param {Map<K, Tries>} known @param {K} key */
function triesOf(known, key) {
  const tries = known.get(key) ?? new Tries();
  known.set(key, tries);
  return tries;
}

/** A test's own file: its id begins with it. @param {string} id */
const fileOf = (id) => id.slice(0, id.indexOf(" "));

/** @typedef {{ readonly id: string, readonly fileName: string }} Mutant */

export class TestOrder {
  /** How often each test passes a mutant, any of them. @type {Map<string, number>} */
  passes = new Map();
  /** What any test costs, however little it does: half of them pass fewer mutants. */
  leastCost = 1;
  /** By test file. @type {Map<string, Tries>} */
  files = new Map();
  /** By file of the mutant, and test. @type {Map<string, Map<string, Tries>>} */
  tests = new Map();
  /** The test that failed last, by file of the mutant. @type {Map<string, string>} */
  last = new Map();
  /** The tests that come past each mutant. @type {Map<number, string[]>} */
  covering = new Map();

  /** @param {Readonly<Record<string, Readonly<Record<string, number>>>>} perTest which mutants each test comes past */
  learnCoverage(perTest) {
    for (const [test, mutants] of Object.entries(perTest)) {
      for (const [mutant, passes] of Object.entries(mutants)) {
        const tests = this.covering.get(Number(mutant)) ?? [];
        this.covering.set(Number(mutant), tests);
        tests.push(test);
        this.passes.set(test, (this.passes.get(test) ?? 0) + passes);
      }
    }
    const all = [...this.passes.values()].toSorted((a, b) => a - b);
    this.leastCost = all[Math.floor(all.length / 2)] ?? 1;
  }

  /** @param {string} id @param {string} mutated @param {boolean} hasFailed */
  learn(id, mutated, hasFailed) {
    const here = this.tests.get(mutated) ?? new Map();
    this.tests.set(mutated, here);
    for (const tries of [triesOf(this.files, fileOf(id)), triesOf(here, id)]) {
      tries.tried++;
      if (hasFailed) tries.failed++;
    }
    if (hasFailed) this.last.set(mutated, id);
  }

  /**
   * @template {{ readonly id: string }} T
   * @param {readonly T[]} tests @param {Mutant | null} mutant
   * @returns {Iterable<T>}
   */
  of(tests, mutant) {
    if (mutant === null) return tests;
    const last = this.last.get(mutant.fileName);
    const likely = sorted(tests, ({ id }) => this.likely(id, mutant.fileName));
    const rare = this.rarity(mutant);
    const rarest = sorted(
      tests.filter(({ id }) => rare.has(id)),
      ({ id }) => (rare.get(id) ?? 0) / this.cost(id),
    );
    const turns = likely.flatMap((test, at) => [test, rarest[at]]).filter((test) => test !== undefined);
    return new Set([...tests.filter(({ id }) => id === last), ...turns]);
  }

  /** @param {string} id */
  cost(id) {
    return (this.passes.get(id) ?? 0) + this.leastCost;
  }

  /** How likely a test is to fail, for what it costs. @param {string} id @param {string} mutated */
  likely(id, mutated) {
    const { tried, failed } = this.files.get(fileOf(id)) ?? new Tries();
    const prior = (failed + 1) / (tried + 4);
    const own = this.tests.get(mutated)?.get(id) ?? new Tries();
    return (own.failed + PRIOR_TRIES * prior) / (own.tried + PRIOR_TRIES) / this.cost(id);
  }

  /** How seldom others come where a test comes, by test. @param {Mutant} mutant @returns {Map<string, number>} */
  rarity({ id }) {
    /** @type {Map<string, number>} */
    const rarity = new Map();
    for (let at = Number(id) - NEIGHBOURS; at <= Number(id) + NEIGHBOURS; at++) {
      const tests = this.covering.get(at) ?? [];
      for (const test of tests) rarity.set(test, (rarity.get(test) ?? 0) + 1 / tests.length);
    }
    return rarity;
  }
}

/** @template T @param {readonly T[]} items @param {(item: T) => number} worth @returns {T[]} the worthiest first */
function sorted(items, worth) {
  const valued = items.map((item) => ({ item, worth: worth(item) }));
  return valued.toSorted((a, b) => b.worth - a.worth).map(({ item }) => item);
}
