/* Writes vm/library.generated.ts: the library, compiled. */
import { compileLibrary } from "../compile.ts";
import { LIBRARY_SOURCE } from "../library.source.ts";
import { STREAMS_SOURCE } from "../streams.source.ts";

/** Number of the first library function, after every handler's own. Must be what vm/library.ts says. */
const LIBRARY_BASE = 1_000_000;

/** The text of the generated file. */
export function libraryText(): string {
  const [module, ...named] = compileLibrary(LIBRARY_SOURCE + STREAMS_SOURCE, LIBRARY_BASE);
  // Nobody runs the module itself: the machine knows its functions by their numbers.
  const functions = [{ ...module, code: [] }, ...named].map((one) => `  ${JSON.stringify(one)},`);
  return `// Generated from library.source.ts: npx vitest run src/handler/vm/library.test.ts -u
import type { FunctionCode } from "../program.ts";

// biome-ignore format: one function per line
export const LIBRARY_FUNCTIONS: readonly FunctionCode[] = [
${functions.join("\n")}
];
`;
}
