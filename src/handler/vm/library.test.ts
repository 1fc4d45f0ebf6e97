import { expect, test } from "vitest";
import { libraryText } from "../compile/library-text.ts";

test("the compiled library is what its source gives (run with -u after a change of the source or the compiler)", async () => {
  await expect(libraryText()).toMatchFileSnapshot("./library.generated.ts");
});
