import { expect, it } from "vitest";
import { settledOf } from "./remember.ts";

it("a promise's name says which of a socket's promises it is, or that it is none of them", () => {
  expect(settledOf("socket 1 opened")).toEqual({ socket: 1, what: "opened", write: 0 });
  expect(settledOf("socket 12 closed")).toEqual({ socket: 12, what: "closed", write: 0 });
  expect(settledOf("socket 12 write 34")).toEqual({ socket: 12, what: "write", write: 34 });
  for (const other of [
    "",
    "socket 1 pipeTo()",
    "a socket 1 opened",
    "socket 1 closed late",
    "socket 1 write",
  ])
    expect(settledOf(other), other).toBeNull();
});
