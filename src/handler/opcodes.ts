/*
 * The instructions of the virtual machine. A function's local variables live in numbered slots at the bottom of its
 * operand stack; variables that a closure captures live in scopes on the heap, found by (how many scopes up, index).
 *
 * In the comments: operands in the code in parentheses, then the operand stack before -> after, top on the right.
 * k is an index into the function's constants, s a slot, d a number of scopes up, pc a code offset. An argument count
 * n of -1 says that the arguments are in one array (there was a spread).
 */
export const Op = {
  /** (k) -> value */
  CONST: 1,
  /** (n) -> n */
  INT: 2,
  UNDEF: 3,
  NULL: 4,
  TRUE: 5,
  FALSE: 6,
  /** a -> */
  POP: 7,
  /** a -> a a */
  DUP: 8,
  /** a b -> b a */
  SWAP: 9,
  /** a b -> a b a b */
  DUP2: 10,
  /** a b -> b a b */
  DUPX1: 11,
  /** a b c -> c a b c */
  DUPX2: 12,

  /** (s) -> value */
  LOAD: 13,
  /** (s) value -> */
  STORE: 14,
  /** (s k) as LOAD, ReferenceError while variable k is not initialized */
  LOAD_CHECKED: 15,
  /** (s k) as STORE, same check */
  STORE_CHECKED: 16,
  /** (d i) -> value */
  SCOPE_LOAD: 17,
  /** (d i) value -> */
  SCOPE_STORE: 18,
  /** (d i k) */
  SCOPE_LOAD_CHECKED: 19,
  /** (d i k) */
  SCOPE_STORE_CHECKED: 20,
  /** (s) marks the slot as not initialized */
  UNINIT: 21,
  /** (n u) enters a scope of n variables; the first u are undefined, the rest not initialized */
  SCOPE: 22,
  UNSCOPE: 23,
  /** Replaces the innermost scope by a copy: the next iteration's variables */
  SCOPE_COPY: 24,
  /** (k) TypeError: assignment to constant variable */
  CONST_ASSIGN: 25,
  /** (k) -> the global or host name k */
  GLOBAL: 26,
  /** (k) -> its typeof, "undefined" where there is none */
  GLOBAL_TYPEOF: 27,
  /** -> this */
  THIS: 28,
  /** -> the running function object */
  SELF: 29,
  /** (k module k name) -> import */
  IMPORT: 30,
  /** (k) value -> ; exports it as k */
  EXPORT: 31,

  /** (pc) */
  JUMP: 32,
  /** (pc) a -> */
  JUMP_FALSE: 33,
  JUMP_TRUE: 34,
  /** (pc) jumps and keeps a when falsy, else a -> */
  KEEP_FALSE: 35,
  KEEP_TRUE: 36,
  /** jumps and keeps a unless null or undefined */
  KEEP_VALUE: 37,
  /** jumps and keeps a unless undefined (defaults) */
  KEEP_DEFINED: 38,
  /** (pc) a -> and jumps when null or undefined, else keeps a */
  DROP_NULLISH: 39,

  ADD: 40,
  SUB: 41,
  MUL: 42,
  DIV: 43,
  MOD: 44,
  EXP: 45,
  BIT_AND: 46,
  BIT_OR: 47,
  BIT_XOR: 48,
  SHIFT_LEFT: 49,
  SHIFT_RIGHT: 50,
  SHIFT_RIGHT_ZERO: 51,
  EQ: 52,
  NE: 53,
  SAME: 54,
  NOT_SAME: 55,
  LT: 56,
  LE: 57,
  GT: 58,
  GE: 59,
  /** key object -> boolean */
  IN: 60,
  INSTANCEOF: 61,
  NEGATE: 62,
  TO_NUMBER: 63,
  NOT: 64,
  BIT_NOT: 65,
  TYPEOF: 66,
  INC: 67,
  DEC: 68,
  TO_STRING: 69,
  /** value -> property key (string, or a number as it is) */
  TO_KEY: 70,

  /** (k) object -> value */
  GET: 71,
  /** object key -> value */
  GET_ELEMENT: 72,
  /** (k) object value -> value */
  SET: 73,
  /** object key value -> value */
  SET_ELEMENT: 74,
  /** (k) object -> boolean */
  DELETE: 75,
  /** object key -> boolean */
  DELETE_ELEMENT: 76,
  /** (k) object -> value; TypeError without private name k */
  GET_PRIVATE: 77,
  /** (k) object value -> value */
  SET_PRIVATE: 78,
  /** (k) object value -> object */
  DEFINE_PRIVATE: 79,
  /** (k) object -> boolean */
  HAS_PRIVATE: 80,
  /** (k) -> value, from the parent of the home object */
  GET_SUPER: 81,

  /** (n) function arguments.. -> result */
  CALL: 82,
  /** (n) this function arguments.. -> result */
  CALL_THIS: 83,
  /** (k n) object arguments.. -> result of its method k */
  CALL_METHOD: 84,
  /** (n) object key arguments.. -> result */
  CALL_ELEMENT: 85,
  /** (k n) arguments.. -> result of the global function k */
  CALL_GLOBAL: 86,
  /** (n) constructor arguments.. -> object */
  NEW: 87,
  /** (n) arguments.. -> this */
  SUPER_CALL: 88,
  /** (k n) arguments.. -> object of the global constructor k */
  NEW_GLOBAL: 89,
  /** (k) object -> object; TypeError when it has no properties (undefined, null) */
  CHECK_OBJECT: 90,

  /** (f) -> function object */
  CLOSURE: 91,
  /** (k name, f constructor, f fields or -1, has parent) [parent] -> class */
  CLASS: 92,
  /** (k, kind) class function -> class; kind: see method-kind.ts */
  METHOD: 93,
  /** (kind) class key function -> class */
  METHOD_ELEMENT: 94,
  /** (f) class -> class; calls f with the class as `this` */
  STATIC_INIT: 95,
  /** Runs the field initializers of the running constructor's class */
  FIELDS: 96,

  /** (n) items.. -> array */
  ARRAY: 97,
  /** array value -> array */
  APPEND: 98,
  /** array iterable -> array */
  APPEND_ALL: 99,
  /** (k names, n) values.. -> object */
  OBJECT: 100,
  /** (k) object value -> object; defines an own property */
  DEFINE: 101,
  /** object key value -> object */
  DEFINE_ELEMENT: 102,
  /** object source -> object */
  COPY_PROPERTIES: 103,
  /** (kind) object key function -> object; getter or setter */
  ACCESSOR: 104,
  /** (n) source keys.. -> object with the other properties */
  OBJECT_REST: 105,

  /** iterable -> iterator */
  ITERATE: 106,
  /** object -> iterator over its enumerable property names */
  ITERATE_KEYS: 107,
  /** (s pc) -> next value of the iterator in slot s; jumps without one */
  NEXT: 108,
  /** (s) -> next value or undefined */
  NEXT_OR_UNDEFINED: 109,
  /** (s) -> array of the remaining values */
  NEXT_ALL: 110,

  /** (pc) on an exception: empties the stack to this height, restores the scope, pushes the exception, goes to pc */
  TRY: 111,
  END_TRY: 112,
  THROW: 113,
  RETURN: 114,
  /** (k text) value -> settled value */
  AWAIT: 115,
  /** object -> object; TypeError when it is undefined or null (destructuring) */
  CHECK_DESTRUCTURE: 116,
} as const;

/** How many operands follow each instruction in the code, by opcode. */
export const OPERANDS: readonly number[] = operandCounts();

function operandCounts(): number[] {
  const counts = new Array<number>(128).fill(0);
  const set = (count: number, ...ops: number[]) => {
    for (const op of ops) counts[op] = count;
  };
  set(
    1,
    Op.CONST,
    Op.INT,
    Op.LOAD,
    Op.STORE,
    Op.UNINIT,
    Op.CONST_ASSIGN,
    Op.GLOBAL,
    Op.GLOBAL_TYPEOF,
    Op.EXPORT,
  );
  set(1, Op.JUMP, Op.JUMP_FALSE, Op.JUMP_TRUE, Op.KEEP_FALSE, Op.KEEP_TRUE, Op.KEEP_VALUE, Op.KEEP_DEFINED);
  set(1, Op.DROP_NULLISH, Op.GET, Op.SET, Op.DELETE, Op.GET_PRIVATE, Op.SET_PRIVATE, Op.DEFINE_PRIVATE);
  set(1, Op.HAS_PRIVATE, Op.GET_SUPER, Op.CALL, Op.CALL_THIS, Op.CALL_ELEMENT, Op.NEW, Op.SUPER_CALL);
  set(1, Op.CHECK_OBJECT, Op.CLOSURE, Op.METHOD_ELEMENT, Op.STATIC_INIT, Op.ARRAY, Op.DEFINE, Op.ACCESSOR);
  set(1, Op.OBJECT_REST, Op.NEXT_OR_UNDEFINED, Op.NEXT_ALL, Op.TRY, Op.AWAIT);
  set(2, Op.LOAD_CHECKED, Op.STORE_CHECKED, Op.SCOPE_LOAD, Op.SCOPE_STORE, Op.SCOPE, Op.IMPORT);
  set(2, Op.CALL_METHOD, Op.CALL_GLOBAL, Op.NEW_GLOBAL, Op.METHOD, Op.OBJECT, Op.NEXT);
  set(3, Op.SCOPE_LOAD_CHECKED, Op.SCOPE_STORE_CHECKED);
  set(4, Op.CLASS);
  return counts;
}
