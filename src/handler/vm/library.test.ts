import { expect, test } from "vitest";
import { libraryTexts } from "../compile/library-text.ts";

test("the compiled library is what its source gives (run with -u after a change of the source or the compiler)", async () => {
  const { library, streams } = libraryTexts();
  await expect(library).toMatchFileSnapshot("./library.generated.ts");
  await expect(streams).toMatchFileSnapshot("./streams.generated.ts");
});
