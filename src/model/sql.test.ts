import { describe, expect, it } from "vitest";
import { logs, setup, story, walk } from "./testing.ts";

/** What each statement gives, or what SQLite says to it; after it its bindings. */
function told(statements: readonly (string | readonly [string, ...unknown[]])[]): readonly string[] {
  const calls = statements.map((one) => JSON.stringify(typeof one === "string" ? [one] : one)).join(",\n");
  const body = `
    for (const [statement, ...bindings] of [${calls}]) {
      try { console.log(JSON.stringify(storage.sql.exec(statement, ...bindings).toArray())); }
      catch (e) { console.log(e.message); }
    }
    return new Response("ok");`;
  return logs(walk(setup(body), ["*"]).records);
}

// What workerd 1.20261117.1 gave for the same statements.
describe("SQL", () => {
  it("keeps what a column's type makes of a value, and gives row numbers", () => {
    expect(
      told([
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n, r REAL)",
        ["INSERT INTO t VALUES (?, ?, ?, ?)", 7, 2, 2, 2],
        "INSERT INTO t (name, n, r) VALUES (1, 1.0, 'x'), (1.5, '3', '4'), (NULL, NULL, NULL)",
        "SELECT *, typeof(name) AS tn, typeof(n) AS tt FROM t",
        "SELECT id FROM t WHERE name = 2",
        "SELECT id FROM t WHERE id = '7'",
        "SELECT name AS x FROM t ORDER BY name DESC, id LIMIT 2 OFFSET 1",
        "SELECT count(*) AS c, max(id) AS m, sum(n) s FROM t",
        "INSERT INTO t (id) VALUES ('abc')",
      ]).slice(3),
    ).toEqual([
      '[{"id":7,"name":"2.0","n":2,"r":2,"tn":"text","tt":"real"},{"id":8,"name":"1","n":1,"r":"x","tn":"text","tt":"real"},{"id":9,"name":"1.5","n":"3","r":4,"tn":"text","tt":"text"},{"id":10,"name":null,"n":null,"r":null,"tn":"null","tt":"null"}]',
      "[]",
      '[{"id":7}]',
      '[{"x":"1.5"},{"x":"1"}]',
      '[{"c":4,"m":10,"s":6}]',
      "datatype mismatch: SQLITE_MISMATCH",
    ]);
  });

  it("computes with integers, reals, texts and NULL as SQLite does", () => {
    expect(
      told([
        "SELECT 7/2 AS a, 7.0/2 AS b, 7%3 AS c, 1/0 AS d, 'a'||'b' AS e, 1+'2' AS f, -3 AS g, 1<'a' AS h, 1='1' AS i",
        "SELECT NULL IS NULL AS a, NOT 0 AS b, 1 AND NULL AS c, 0 AND NULL AS d, 2 IN (1, 2) AS e, 'Fun' LIKE 'f_n' AS f",
        "SELECT 1 + 1, upper('a')",
      ]),
    ).toEqual([
      '[{"a":3,"b":3.5,"c":1,"d":null,"e":"ab","f":3,"g":-3,"h":1,"i":0}]',
      '[{"a":1,"b":1,"c":null,"d":0,"e":1,"f":1}]',
      `[{"1 + 1":2,"upper('a')":"A"}]`,
    ]);
  });

  it("replaces, ignores or changes what is there already, and returns rows", () => {
    expect(
      told([
        "CREATE TABLE p (k TEXT PRIMARY KEY, v INTEGER DEFAULT 5)",
        "INSERT INTO p (k) VALUES ('a') RETURNING k, v",
        "INSERT INTO p VALUES ('a', 3)",
        "INSERT OR IGNORE INTO p VALUES ('a', 4)",
        "INSERT INTO p VALUES ('a', 1) ON CONFLICT (k) DO UPDATE SET v = v + excluded.v RETURNING v",
        "INSERT OR REPLACE INTO p VALUES ('a', 0)",
        "UPDATE p SET v = v - 1 WHERE k = 'a'",
        "DELETE FROM p RETURNING *",
      ]).slice(1),
    ).toEqual([
      '[{"k":"a","v":5}]',
      "UNIQUE constraint failed: p.k: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)",
      "[]",
      '[{"v":6}]',
      "[]",
      "[]",
      '[{"k":"a","v":-1}]',
    ]);
  });

  it("gives the rows of a table by their number, wherever its column stands, and else as they came", () => {
    expect(
      told([
        "CREATE TABLE first (id INTEGER PRIMARY KEY, v)",
        "CREATE TABLE second (v, id INTEGER PRIMARY KEY)",
        "CREATE TABLE unnumbered (v, id INTEGER)",
        "INSERT INTO first VALUES (3, 'c'), (1, 'b'), (2, 'a')",
        "INSERT INTO second VALUES ('b', 3), ('c', 1), ('a', 2)",
        "INSERT INTO unnumbered VALUES ('b', 3), ('c', 1), ('a', 2)",
        "SELECT id FROM first",
        "SELECT id FROM second",
        "SELECT id FROM unnumbered",
      ]).slice(6),
    ).toEqual([
      '[{"id":1},{"id":2},{"id":3}]',
      '[{"id":1},{"id":2},{"id":3}]',
      '[{"id":3},{"id":1},{"id":2}]',
    ]);
  });

  it("keeps NULL out of a NOT NULL column, and nothing else, and NULL in no other", () => {
    expect(
      told([
        "CREATE TABLE t (a TEXT NOT NULL, b)",
        "INSERT INTO t VALUES ('', NULL), ('x', 0)",
        "INSERT INTO t VALUES (NULL, 1)",
        "SELECT * FROM t",
      ]).slice(1),
    ).toEqual([
      "[]",
      "NOT NULL constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)",
      '[{"a":"","b":null},{"a":"x","b":0}]',
    ]);
  });

  it("reads what a column makes of values in its type's name, INT before all else", () => {
    expect(
      told([
        "CREATE TABLE t (a CHARINT, b FLOATING POINT, c STRING, d CLOB, e BLOB)",
        "INSERT INTO t VALUES ('1', 2.0, '3', 4, '5')",
        "SELECT typeof(a) AS a, typeof(b) AS b, typeof(c) AS c, typeof(d) AS d, typeof(e) AS e FROM t",
      ]).slice(2),
    ).toEqual(['[{"a":"integer","b":"integer","c":"integer","d":"text","e":"text"}]']);
  });

  it("calls a column as the table does, however the query writes it", () => {
    expect(
      told([
        "CREATE TABLE t (Name)",
        "INSERT INTO t VALUES (1)",
        'SELECT NAME, t.name, "nAME" AS x FROM t',
      ]).slice(2),
    ).toEqual(['[{"Name":1,"x":1}]']);
  });

  it("takes a boolean that is bound for its text, and null for NULL", () => {
    expect(
      told([["SELECT ? AS a, ? AS b, ? AS c, typeof(?) AS d, typeof(?) AS e", true, null, "x", false, null]]),
    ).toEqual(['[{"a":"true","b":null,"c":"x","d":"text","e":"null"}]']);
  });

  it("says what SQLite and workerd say to what is wrong", () => {
    expect(
      told([
        "CREATE TABLE t (n INTEGER NOT NULL)",
        "CREATE TABLE t (x)",
        "SELECT nope FROM t",
        "SELECT * FROM t WHERE nope = 1",
        "INSERT INTO t VALUES (1, 2)",
        "INSERT INTO t (n, x) VALUES (1, 2)",
        "INSERT INTO t VALUES (NULL)",
        "UPDATE t SET x = 1",
        "DROP TABLE nope",
        "SELECT * FROM t WHERE",
        "  hello",
        "",
        ["SELECT 1", 2],
        "SELECT 1; SELECT 2 AS b",
      ]).slice(1),
    ).toEqual([
      "table t already exists at offset 13: SQLITE_ERROR",
      "no such column: nope at offset 7: SQLITE_ERROR",
      "no such column: nope at offset 22: SQLITE_ERROR",
      "table t has 1 columns but 2 values were supplied: SQLITE_ERROR",
      "table t has no column named x: SQLITE_ERROR",
      "NOT NULL constraint failed: t.n: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)",
      "no such column: x: SQLITE_ERROR",
      "no such table: nope: SQLITE_ERROR",
      "incomplete input: SQLITE_ERROR",
      'near "hello": syntax error at offset 2: SQLITE_ERROR',
      "SQL code did not contain a statement.",
      "Wrong number of parameter bindings for SQL query.",
      '[{"b":2}]',
    ]);
  });

  it("that the model does not know stops the handler", () => {
    const { state } = walk(setup(`storage.sql.exec("SELECT 1 UNION SELECT 2"); return new Response("ok");`), [
      "*",
    ]);
    expect(state.stuck).toContain("this SQL is not part of the model");
  });
});

describe("a cursor", () => {
  it("gives each row once, whoever asks", () => {
    const { records } = walk(
      setup(`
    const { sql } = storage;
    sql.exec("CREATE TABLE t (n)");
    sql.exec("INSERT INTO t VALUES (1), (2), (3), (4)");
    const cursor = sql.exec("SELECT n FROM t");
    console.log(JSON.stringify(cursor.next()));
    for (const { n } of cursor) { console.log(n); break; }
    console.log(JSON.stringify([...cursor]) + JSON.stringify(cursor.next()) + cursor.columnNames);
    console.log(JSON.stringify(sql.exec("SELECT n FROM t").raw().toArray()));
    return new Response("ok");`),
      ["*"],
    );
    expect(logs(records)).toEqual([
      '{"done":false,"value":{"n":1}}',
      "2",
      '[{"n":3},{"n":4}]{"done":true}n',
      "[[1],[2],[3],[4]]",
    ]);
  });
});

describe("a statement that changes nothing", () => {
  it.each([
    "UPDATE t SET n = 1",
    "UPDATE t SET n = 2 WHERE n = 7",
    "DELETE FROM t WHERE n = 7",
    "CREATE TABLE IF NOT EXISTS t (n)",
    "SELECT * FROM t",
  ])("makes no commit: %s", (statement) => {
    const { records } = walk(
      setup(`
    storage.sql.exec("CREATE TABLE t (n INTEGER)");
    storage.sql.exec("INSERT INTO t VALUES (1)");
    await storage.sync();
    storage.sql.exec("${statement}");
    return new Response("ok");`),
      ["*"],
    );
    expect(story(records).filter((line) => line.startsWith("commit"))).toHaveLength(2);
  });
});
