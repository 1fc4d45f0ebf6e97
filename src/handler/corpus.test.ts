import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { compileHandler } from "./compile.ts";

const folders = [
  "../../e2e/workerd/corpus",
  "../../../shared/evidence/corpus",
  "../../../shared/evidence/cluster/corpus",
]
  .map((one) => path.resolve(import.meta.dirname, one))
  .filter((one) => existsSync(one));

test("every recorded handler compiles", () => {
  const failures: string[] = [];
  let count = 0;
  for (const folder of folders) {
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".js"))) {
      count++;
      const result = compileHandler(readFileSync(path.join(folder, name), "utf8"));
      if (!result.ok)
        failures.push(`${name}:${result.error.line}:${result.error.column}: ${result.error.message}`);
    }
  }
  console.log(count);
  expect(failures).toEqual([]);
});
