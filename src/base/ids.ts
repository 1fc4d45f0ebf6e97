/*
 * Ids and units, branded so that a socket's number cannot be taken for a write's, nor milliseconds for bytes.
 * All numbers count from 1 in the order of creation within a run, except RecordIndex and StepIndex, which are
 * positions in arrays and count from 0.
 */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Virtual milliseconds since the start of the run. */
export type Ms = Brand<number, "Ms">;
/** Position of a record in the run. */
export type RecordIndex = Brand<number, "RecordIndex">;
/** Position of a step in the run: 0 is the start, k the k-th choice. */
export type StepIndex = Brand<number, "StepIndex">;
/** One life of a Durable Object; a reset begins a new one. */
export type ActorId = Brand<number, "ActorId">;
export type RequestId = Brand<number, "RequestId">;
/** One storage write: put, delete, ... of one call. */
export type WriteId = Brand<number, "WriteId">;
/** One commit (flush) of coalesced writes. */
export type CommitId = Brand<number, "CommitId">;
/** One lock of the output gate. */
export type LockId = Brand<number, "LockId">;
/** One output's wait at the output gate. */
export type WaiterId = Brand<number, "WaiterId">;
/** One connection: that of a Socket, of a fetch() or of a WebSocket. */
export type SocketId = Brand<number, "SocketId">;
/** One call that leaves the object: a fetch(), or a call of another object. */
export type CallId = Brand<number, "CallId">;
export type TimerId = Brand<number, "TimerId">;
export type TurnId = Brand<number, "TurnId">;
/** One C++ object with a lifetime of interest. */
export type ThingId = Brand<number, "ThingId">;

/** Virtual milliseconds. */
export const ms = (value: number): Ms => value as Ms;
