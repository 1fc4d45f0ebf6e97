/*
 * Apart from the instructions: the machine needs these, and the names of the instructions only the compiler.
 */
/** What METHOD and ACCESSOR define; add `static` for the class itself. */
export const MethodKind = { method: 0, getter: 1, setter: 2, static: 4 } as const;
