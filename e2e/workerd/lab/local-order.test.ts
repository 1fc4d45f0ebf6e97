import { describe, expect, it } from "vitest";
import { orderOfCalls } from "./local-order.ts";
import { readCalls } from "./strace.ts";

/** One call per line, of one thread, in their order. */
function orderOf(text: string): readonly string[] {
  const lines = text.trim().split("\n");
  const traced = lines.map((line, index) => `7 1790000000.${String(index).padStart(6, "0")} ${line.trim()}`);
  return orderOfCalls(readCalls(traced.join("\n")), 9000);
}

const CONNECT = "{sa_family=AF_INET, sin_port=htons(9000)}, 16) = -1 EINPROGRESS (Operation now in progress)";

describe("orderOfCalls", () => {
  it("writes down a run from the request to the response", () => {
    const order = orderOf(String.raw`
      recvfrom(20, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 4096, 0, NULL, NULL) = 27
      pwrite64(12, "...", 4096, 0)           = 4096
      fdatasync(12)                          = 0
      connect(30, ${CONNECT}
      write(1, "opened\nagain\n", 13)        = 13
      write(30, "hello", 5)                  = 5
      recvfrom(30, 0x7ffd, 4096, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
      shutdown(30, SHUT_WR)                  = 0
      read(30, "", 4096)                     = 0
      close(30)                              = 0
      writev(20, [{iov_base="HTTP/1.1 200 OK\r\n\r\n", iov_len=19}], 1) = 19`);
    expect(order).toEqual([
      "request /",
      "fsync",
      "connect",
      "log opened",
      "log again",
      'send "hello"',
      "shutdown WR",
      "recv EOF",
      "close",
      "response 200",
    ]);
  });

  it("numbers the connections to the far end and leaves other ones out", () => {
    const order = orderOf(`
      connect(30, ${CONNECT}
      connect(31, ${CONNECT}
      connect(32, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 0
      write(31, "two", 3) = 3
      write(32, "dns", 3) = 3
      close(31) = 0
      close(32) = 0
      connect(31, ${CONNECT}`);
    expect(order).toEqual(["connect", "#2 connect", '#2 send "two"', "#2 close", "#3 connect"]);
  });

  it("says which call on the disk failed", () => {
    const order = orderOf(`
      fsync(12) = -1 EIO (Input/output error) (INJECTED)
      pwrite64(12, "...", 4096, 0) = -1 ENOSPC (No space left on device) (INJECTED)
      connect(30, {sa_family=AF_INET, sin_port=htons(9000)}, 16) = -1 ECONNREFUSED (Connection refused)`);
    expect(order).toEqual(["fsync EIO", "disk write ENOSPC", "connect ECONNREFUSED"]);
  });

  it("joins the parts of a large write, whose sizes are chance", () => {
    const order = orderOf(`
      connect(30, ${CONNECT}
      write(30, "aaaa"..., 70000) = 40000
      write(30, "aaaa"..., 30000) = 30000`);
    expect(order).toEqual(["connect", "send <70000 bytes in parts>"]);
  });

  it("splits the path of requests that are made in one turn", () => {
    expect(
      orderOf(String.raw`recvfrom(20, "GET /ALL?/a&/b HTTP/1.1\r\n", 4096, 0, NULL, NULL) = 26`),
    ).toEqual(["request /a and /b"]);
  });
});
