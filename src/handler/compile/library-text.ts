/* Writes vm/library.generated.ts and vm/streams.generated.ts: the library, compiled. */
import { compileLibrary } from "../compile.ts";
import { LIBRARY_SOURCE } from "../library.source.ts";
import type { FunctionCode } from "../program.ts";
import { STREAMS_SOURCE } from "../streams.source.ts";

/** Number of the first library function, after every handler's own. Must be what vm/library.ts says. */
const LIBRARY_BASE = 1_000_000;

/** The texts of the generated files. */
export function libraryTexts(): { readonly library: string; readonly streams: string } {
  const [module, ...named] = compileLibrary(LIBRARY_SOURCE + STREAMS_SOURCE, LIBRARY_BASE);
  // Nobody runs the module itself: the machine knows its functions by their numbers.
  const functions = [{ ...module, code: [] }, ...named] as readonly FunctionCode[];
  const { length } = compileLibrary(LIBRARY_SOURCE, LIBRARY_BASE);
  const streams = functions.slice(length);
  const names = JSON.stringify(streams.map(({ name }) => name));
  return {
    library: `${textOf("LIBRARY_FUNCTIONS", "library.source.ts", functions.slice(0, length))}
/** Of the functions in streams.generated.ts, which are numbered after these. */
// biome-ignore format: one line
export const STREAM_NAMES: readonly string[] = ${names};
`,
    streams: textOf("STREAM_FUNCTIONS", "streams.source.ts", streams),
  };
}

function textOf(name: string, source: string, functions: readonly FunctionCode[]): string {
  return `// Generated from ${source}: npx vitest run src/handler/vm/library.test.ts -u
import type { FunctionCode } from "../program.ts";

// biome-ignore format: one function per line
export const ${name}: readonly FunctionCode[] = [
${functions.map((one) => `  ${JSON.stringify(one)},`).join("\n")}
];
`;
}
