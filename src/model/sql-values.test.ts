import { describe, expect, it } from "vitest";
import { logs, setup, walk } from "./testing.ts";

/** The rows of each statement, or the error. */
function told(statements: readonly string[]): readonly string[] {
  const body = `
    for (const statement of ${JSON.stringify(statements)}) {
      try { console.log(JSON.stringify(storage.sql.exec(statement).toArray())); }
      catch (e) { console.log(e.message); }
    }
    return new Response("ok");`;
  return logs(walk(setup(body), ["*"]).records);
}

/** Expressions with their values and types, as SQLite 3.40.1 gives them. */
const EXPRESSIONS: readonly (readonly [string, unknown, string])[] = [
  ["lower('AbC')", "abc", "text"],
  ["upper('AbC')", "ABC", "text"],
  ["lower(NULL)", null, "null"],
  ["upper(NULL)", null, "null"],
  ["length('héllo')", 5, "integer"],
  ["length(123)", 3, "integer"],
  ["length(NULL)", null, "null"],
  ["length('')", 0, "integer"],
  ["abs(-3)", 3, "integer"],
  ["abs(-2.5)", 2.5, "real"],
  ["abs(NULL)", null, "null"],
  ["abs('-4')", 4, "real"],
  ["coalesce(NULL, 2, 3)", 2, "integer"],
  ["coalesce(NULL, NULL)", null, "null"],
  ["ifnull(NULL, 'x')", "x", "text"],
  ["ifnull(1, 'x')", 1, "integer"],
  ["typeof(1)", "integer", "text"],
  ["typeof(1.5)", "real", "text"],
  ["typeof('a')", "text", "text"],
  ["typeof(NULL)", "null", "text"],
  ["2 * 3", 6, "integer"],
  ["2 * 2.5", 5, "real"],
  ["2 * NULL", null, "null"],
  ["7 - 10", -3, "integer"],
  ["7 - 2.5", 4.5, "real"],
  ["7 / 2", 3, "integer"],
  ["7 / 2.0", 3.5, "real"],
  ["-7 / 2", -3, "integer"],
  ["7 / 0", null, "null"],
  ["7 % 4", 3, "integer"],
  ["-7 % 4", -3, "integer"],
  ["7 % 0", null, "null"],
  ["7.5 % 2", 1, "real"],
  ["1 + 2 * 3", 7, "integer"],
  ["(1 + 2) * 3", 9, "integer"],
  ["10 - 3 - 2", 5, "integer"],
  ["-3", -3, "integer"],
  ["- -3", 3, "integer"],
  ["'3' + 4", 7, "integer"],
  ["'3x' + 4", 7, "integer"],
  ["'x' + 4", 4, "integer"],
  ["'2.5' * 2", 5, "real"],
  ["'1e2' + 0", 100, "real"],
  ["'.5' + 0", 0.5, "real"],
  ["'.25' + 0", 0.25, "real"],
  ["'12.34xyz' + 0", 12.34, "real"],
  ["'  12' + 0", 12, "integer"],
  ["'a12' + 0", 0, "integer"],
  ["'1e+2' + 0", 100, "real"],
  ["'2e-2x' + 0", 0.02, "real"],
  ["'1e10' + 0", 10000000000, "real"],
  ["1 || 2", "12", "text"],
  ["1.0 || ''", "1.0", "text"],
  ["'a' || NULL", null, "null"],
  ["2.0 + 1", 3, "real"],
  ["1 = 1", 1, "integer"],
  ["1 = 2", 0, "integer"],
  ["1 == 1.0", 1, "integer"],
  ["1 <> 2", 1, "integer"],
  ["1 <> 1", 0, "integer"],
  ["1 != 2", 1, "integer"],
  ["1 < 2", 1, "integer"],
  ["2 < 1", 0, "integer"],
  ["1 < 1", 0, "integer"],
  ["1 <= 1", 1, "integer"],
  ["2 <= 1", 0, "integer"],
  ["0 <= 1", 1, "integer"],
  ["2 > 1", 1, "integer"],
  ["1 > 1", 0, "integer"],
  ["1 > 2", 0, "integer"],
  ["1 >= 1", 1, "integer"],
  ["1 >= 2", 0, "integer"],
  ["2 >= 1", 1, "integer"],
  ["'a' < 'b'", 1, "integer"],
  ["'b' < 'a'", 0, "integer"],
  ["'a' <= 'a'", 1, "integer"],
  ["'a' > 'A'", 1, "integer"],
  ["'a' = 'A'", 0, "integer"],
  ["1 < 'a'", 1, "integer"],
  ["1 < 'A'", 1, "integer"],
  ["'a' < 1", 0, "integer"],
  ["NULL = NULL", null, "null"],
  ["1 = NULL", null, "null"],
  ["NULL < 1", null, "null"],
  ["NULL <> 1", null, "null"],
  ["'1' = 1", 0, "integer"],
  ["1 AND 1", 1, "integer"],
  ["1 AND 0", 0, "integer"],
  ["0 AND NULL", 0, "integer"],
  ["NULL AND 0", 0, "integer"],
  ["1 AND NULL", null, "null"],
  ["NULL AND NULL", null, "null"],
  ["1 OR 0", 1, "integer"],
  ["0 OR 0", 0, "integer"],
  ["1 OR NULL", 1, "integer"],
  ["NULL OR 1", 1, "integer"],
  ["0 OR NULL", null, "null"],
  ["NULL OR NULL", null, "null"],
  ["NOT 1", 0, "integer"],
  ["NOT 0", 1, "integer"],
  ["NOT NULL", null, "null"],
  ["NOT 2.5", 0, "integer"],
  ["NOT 'a'", 1, "integer"],
  ["0.5 AND 1", 1, "integer"],
  ["'1' AND 1", 1, "integer"],
  ["'a' AND 1", 0, "integer"],
  ["1 OR 1 AND 0", 1, "integer"],
  ["NOT 1 = 2", 1, "integer"],
  ["NULL IS NULL", 1, "integer"],
  ["1 IS NULL", 0, "integer"],
  ["1 IS NOT NULL", 1, "integer"],
  ["NULL IS NOT NULL", 0, "integer"],
  ["1 IS 1", 1, "integer"],
  ["1 IS 2", 0, "integer"],
  ["1 IS NOT 2", 1, "integer"],
  ["NULL IS 1", 0, "integer"],
  ["1 IN (1, 2)", 1, "integer"],
  ["3 IN (1, 2)", 0, "integer"],
  ["3 NOT IN (1, 2)", 1, "integer"],
  ["1 NOT IN (1, 2)", 0, "integer"],
  ["3 IN (1, NULL)", null, "null"],
  ["1 IN (1, NULL)", 1, "integer"],
  ["NULL IN (1)", null, "null"],
  ["3 NOT IN (1, NULL)", null, "null"],
  ["'abc' LIKE 'a%'", 1, "integer"],
  ["'abc' LIKE 'A_C'", 1, "integer"],
  ["'abc' LIKE 'b%'", 0, "integer"],
  ["'abc' NOT LIKE 'b%'", 1, "integer"],
  ["'a.c' LIKE 'a.c'", 1, "integer"],
  ["'abc' LIKE 'a.c'", 0, "integer"],
  ["NULL LIKE 'a'", null, "null"],
  ["'a' LIKE NULL", null, "null"],
  ["'abc' LIKE '%'", 1, "integer"],
  ["'' LIKE '_'", 0, "integer"],
  ["12 LIKE '1%'", 1, "integer"],
  ['"abc"', "abc", "text"],
];

const ROWS = [
  "CREATE TABLE t (i INTEGER, r REAL, s TEXT, n NUMERIC, b)",
  "INSERT INTO t VALUES (1, 1.5, 'one', '12', 'x'), (2, 2.5, 'Two', 'abc', 2), (NULL, NULL, NULL, NULL, NULL), (4, 4, '4', 4.5, 4.0)",
];

/** Queries with their rows, from the same. */
const QUERIES: readonly (readonly [string, string])[] = [
  [
    "SELECT count(*) AS a, count(i) AS b, sum(i) AS c, avg(i) AS d, min(i) AS e, max(i) AS f FROM t",
    '[{"a":4,"b":3,"c":7,"d":2.3333333333333335,"e":1,"f":4}]',
  ],
  [
    "SELECT sum(r) AS a, avg(r) AS b, min(s) AS c, max(s) AS d FROM t",
    '[{"a":8,"b":2.6666666666666665,"c":"4","d":"one"}]',
  ],
  [
    "SELECT sum(i) AS a, avg(i) AS b, min(i) AS c, max(i) AS d, count(i) AS e FROM t WHERE i > 100",
    '[{"a":null,"b":null,"c":null,"d":null,"e":0}]',
  ],
  ["SELECT i FROM t WHERE i >= 2 AND i <= 4", '[{"i":2},{"i":4}]'],
  ["SELECT i FROM t WHERE i < 2", '[{"i":1}]'],
  ["SELECT i FROM t WHERE i > 2", '[{"i":4}]'],
  ["SELECT i FROM t WHERE i <> 2", '[{"i":1},{"i":4}]'],
  ["SELECT i FROM t WHERE i IS NULL", '[{"i":null}]'],
  ["SELECT i FROM t WHERE s = 4", '[{"i":4}]'],
  ["SELECT i FROM t WHERE i = '4'", '[{"i":4}]'],
  ["SELECT i FROM t WHERE b = '2'", "[]"],
  ["SELECT i FROM t WHERE 4 = s", '[{"i":4}]'],
  ["SELECT i FROM t WHERE '4' = i", '[{"i":4}]'],
  [
    "SELECT typeof(n) AS n, typeof(b) AS b, typeof(r) AS r FROM t",
    '[{"n":"integer","b":"text","r":"real"},{"n":"text","b":"integer","r":"real"},{"n":"null","b":"null","r":"null"},{"n":"real","b":"real","r":"real"}]',
  ],
  ["SELECT i FROM t ORDER BY i", '[{"i":null},{"i":1},{"i":2},{"i":4}]'],
  ["SELECT i FROM t ORDER BY i DESC", '[{"i":4},{"i":2},{"i":1},{"i":null}]'],
  ["SELECT s FROM t ORDER BY s", '[{"s":null},{"s":"4"},{"s":"Two"},{"s":"one"}]'],
  ["SELECT b FROM t ORDER BY b", '[{"b":null},{"b":2},{"b":4},{"b":"x"}]'],
  ["SELECT i AS x FROM t ORDER BY x DESC LIMIT 1", '[{"x":4}]'],
  ["SELECT i, s FROM t ORDER BY 2 DESC LIMIT 2", '[{"i":1,"s":"one"},{"i":2,"s":"Two"}]'],
  ["SELECT i, s FROM t ORDER BY 2 LIMIT 2", '[{"i":null,"s":null},{"i":4,"s":"4"}]'],
  ["SELECT count(*) AS a, 1 AS b FROM t", '[{"a":4,"b":1}]'],
  ["SELECT i fromage, s afrom FROM t WHERE i = 1", '[{"fromage":1,"afrom":"one"}]'],
  ["SELECT i FROM t ORDER BY i ASC LIMIT 2 OFFSET 1", '[{"i":1},{"i":2}]'],
  ['SELECT t.i AS a, T."s" AS b FROM t WHERE t.i = 1', '[{"a":1,"b":"one"}]'],
  ['SELECT "i" AS a FROM t WHERE "s" = \'Two\'', '[{"a":2}]'],
  ["SELECT length(s) AS n FROM t WHERE NOT s LIKE 't%'", '[{"n":3},{"n":1}]'],
  ["SELECT i + 1 AS a, i * r AS b FROM t WHERE i IN (1, 4)", '[{"a":2,"b":1.5},{"a":5,"b":16}]'],
  ["SELECT name, tbl_name, type FROM sqlite_master", '[{"name":"t","tbl_name":"t","type":"table"}]'],
];

describe("SQL gives what SQLite gives", () => {
  it("for expressions", () => {
    const statements = EXPRESSIONS.map(([text]) => `SELECT ${text} AS v, typeof(${text}) AS t`);
    const given = told(statements).map((line, at) => [EXPRESSIONS[at]?.[0], line]);
    expect(given).toEqual(EXPRESSIONS.map(([text, v, t]) => [text, JSON.stringify([{ v, t }])]));
  });

  it("or says that it is not part of the model, and computes nothing", () => {
    for (const text of ["+3", "4 BETWEEN 1 AND 3", "4 NOT BETWEEN 1 AND 3", "4 NOT GLOB 4"]) {
      const body = `storage.sql.exec("SELECT ${text}"); return new Response("ok");`;
      const { records } = walk(setup(body), ["*"]);
      expect(records.find(({ kind }) => kind === "handler-stuck")).toMatchObject({
        text: expect.stringMatching(/this SQL is not part of the model/),
      });
    }
  });

  it("for queries of a table", () => {
    const given = told([...ROWS, ...QUERIES.map(([query]) => query)]).slice(ROWS.length);
    expect(QUERIES.map(([query], at) => [query, given[at]])).toEqual(QUERIES);
  });

  it("for constraints, defaults and names", () => {
    expect(
      told([
        "CREATE TABLE u (k TEXT UNIQUE, v INTEGER DEFAULT 5)",
        "INSERT INTO u DEFAULT VALUES",
        "INSERT INTO u VALUES ('a', 1), ('b', 2)",
        "INSERT INTO u VALUES ('a', 9)",
        "INSERT INTO u VALUES ('a', 9) ON CONFLICT DO NOTHING",
        "REPLACE INTO u VALUES ('a', 9)",
        "SELECT * FROM u",
        "INSERT INTO u (k, v) VALUES (1)",
        "SELECT x.k FROM u",
        'SELECT "nope" AS a FROM u WHERE v = 9',
        "SELECT name, tbl_name, type, sql FROM sqlite_master",
        "DROP TABLE IF EXISTS nope",
        "DROP TABLE U",
        "SELECT name FROM sqlite_master",
        "SELECT k FROM u",
      ]).slice(3),
    ).toEqual([
      "UNIQUE constraint failed: u.k: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
      "[]",
      "[]",
      '[{"k":null,"v":5},{"k":"b","v":2},{"k":"a","v":9}]',
      "1 values for 2 columns: SQLITE_ERROR",
      "no such column: x.k at offset 7: SQLITE_ERROR",
      '[{"a":"nope"}]',
      '[{"name":"u","tbl_name":"u","type":"table","sql":"CREATE TABLE u (k TEXT UNIQUE, v INTEGER DEFAULT 5)"}]',
      "[]",
      "[]",
      "[]",
      "no such table: u: SQLITE_ERROR",
    ]);
  });

  it("for changes of some rows among others", () => {
    const statements: readonly (readonly [string, string])[] = [
      ["CREATE TABLE u (k TEXT UNIQUE, v INTEGER, w INTEGER)", "[]"],
      ["CREATE TABLE IF NOT EXISTS u (other)", "[]"],
      ["INSERT INTO u VALUES ('a', 1, 1), ('b', 1, 2), (NULL, 1, 3), (NULL, '', ' ')", "[]"],
      [
        "SELECT k, typeof(v) AS v, typeof(w) AS w FROM u ORDER BY k",
        '[{"k":null,"v":"integer","w":"integer"},{"k":null,"v":"text","w":"text"},{"k":"a","v":"integer","w":"integer"},{"k":"b","v":"integer","w":"integer"}]',
      ],
      [
        "UPDATE u SET k = 'b' WHERE k = 'a'",
        "UNIQUE constraint failed: u.k: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
      ],
      ["UPDATE u SET v = 5, w = v + 6 WHERE k = 'a' RETURNING *", '[{"k":"a","v":5,"w":7}]'],
      ["INSERT INTO u VALUES ('b', 7, 8) ON CONFLICT (k) DO UPDATE SET v = excluded.v", "[]"],
      ["SELECT * FROM u WHERE k IS NOT NULL", '[{"k":"a","v":5,"w":7},{"k":"b","v":7,"w":2}]'],
      ["DELETE FROM u WHERE k IS NULL RETURNING w", '[{"w":3},{"w":" "}]'],
      ["CREATE TABLE p (id INTEGER PRIMARY KEY)", "[]"],
      ["INSERT INTO p VALUES (1.5)", "datatype mismatch: SQLITE_MISMATCH"],
      ["INSERT INTO p VALUES (2.0)", "[]"],
      // In one source, too.
      ["CREATE TABLE q (x); INSERT INTO q VALUES (1); SELECT x FROM q", '[{"x":1}]'],
      ["DROP TABLE q; SELECT name FROM sqlite_master", '[{"name":"u"},{"name":"p"}]'],
    ];
    const given = told(statements.map(([text]) => text));
    expect(statements.map(([text], at) => [text, given[at]])).toEqual(statements);
  });

  it("or, of what is longer than handlers write it, that it is not part of the model", () => {
    const stuck = (characters: number) =>
      walk(
        setup(`storage.sql.exec("SELECT 1" + " ".repeat(${characters - 8})); return new Response("ok");`),
        ["*"],
      ).records.some(({ kind }) => kind === "handler-stuck");
    expect([stuck(4_000), stuck(4_001)]).toEqual([false, true]);
  });

  it("and one() wants exactly one row", () => {
    const body = `
      const one = (n) => { try { console.log(JSON.stringify(storage.sql.exec("SELECT n FROM t LIMIT " + n).one())); } catch (e) { console.log(e.name + ": " + e.message); } };
      storage.sql.exec("CREATE TABLE t (n)");
      storage.sql.exec("INSERT INTO t VALUES (1), (2)");
      one(0); one(1); one(2);
      return new Response("ok");`;
    expect(logs(walk(setup(body), ["*"]).records)).toEqual([
      "Error: Expected exactly one result from SQL query, but got no results.",
      '{"n":1}',
      "Error: Expected exactly one result from SQL query, but got multiple results.",
    ]);
  });
});
