import { describe, expect, it } from "vitest";
import { bytesMoved, directionOf, portOf, readCalls } from "./strace.ts";

const TEXT = String.raw`
71 1790000000.000100 connect(30, {sa_family=AF_INET, sin_port=htons(9000), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)
71 1790000000.000200 write(1, "opened\n", 7 <unfinished ...>
72 1790000000.000300 fdatasync(12)           = -1 EIO (Input/output error) (INJECTED)
71 1790000000.000400 <... write resumed>)    = 7
71 1790000000.000500 recvfrom(30, "hello\0\0\0", 8, 0, NULL, NULL) = 5
71 1790000000.000600 sendmsg(30, {msg_iov=[{iov_base="one \"", iov_len=5}, {iov_base="two\33", iov_len=4}]}, 0) = 9
72 1790000000.000700 read(40,  <unfinished ...>
71 1790000000.000800 +++ exited with 0 +++
`;

describe("readCalls", () => {
  const calls = readCalls(TEXT);

  it("lists the calls in the order in which they began, and leaves out those that never returned", () => {
    expect(calls.map(({ name }) => name)).toEqual(["connect", "write", "fdatasync", "recvfrom", "sendmsg"]);
  });

  it("joins a call that was interrupted by another thread's, at the time of its begin", () => {
    expect(calls[1]).toMatchObject({ name: "write", fd: 1, data: "opened\n", result: 7, failed: null });
    expect(calls[1]?.at).toBeCloseTo(1790000000000.2, 2);
  });

  it("tells failures, injected ones too, by their name", () => {
    expect(calls.map(({ failed }) => failed)).toEqual(["EINPROGRESS", null, "EIO", null, null]);
  });

  it("takes from a buffer what was really moved", () => {
    expect(calls[3] === undefined ? "" : bytesMoved(calls[3])).toBe("hello");
  });

  it("joins the parts of a vector and undoes the quoting", () => {
    expect(calls[4]?.data).toBe('one "two\u001b');
  });

  it("knows the port of connect() and what sends or receives", () => {
    expect(calls[0] === undefined ? 0 : portOf(calls[0])).toBe(9000);
    expect(calls.map(directionOf)).toEqual([null, "write", null, "read", "write"]);
  });
});
