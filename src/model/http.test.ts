import { describe, expect, it } from "vitest";
import { isUpgrade, isWholeRequest, readAnswer } from "./http.ts";

describe("reading an HTTP answer", () => {
  it("waits for the whole head", () => {
    expect(readAnswer("", false, true)).toBeNull();
    expect(readAnswer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n", false, true)).toBeNull();
  });
  it("takes as much of the body as the head announces, in bytes", () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
    expect(readAnswer(`${head}h`, false, true)).toMatchObject({
      body: "h",
      isComplete: false,
      closes: false,
    });
    expect(readAnswer(`${head}h\u00e9`, false, true)).toMatchObject({ body: "h\u00e9", isComplete: true });
    expect(readAnswer(`${head}heyxx`, false, true)).toMatchObject({ body: "hey", isComplete: true });
  });
  it("reads to the end of the connection where nothing is announced", () => {
    const text = "HTTP/1.0 200\r\n\r\npart";
    expect(readAnswer(text, false, true)).toMatchObject({
      status: 200,
      statusText: "",
      isComplete: false,
      closes: true,
    });
    expect(readAnswer(text, true, true)).toMatchObject({ body: "part", isComplete: true, closes: true });
  });
  it("reads chunks", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    expect(readAnswer(`${head}2\r\nhe\r\n3\r\ny \u00e9`, false, true)).toMatchObject({
      body: "he",
      isComplete: false,
    });
    expect(readAnswer(`${head}2\r\nhe\r\n4\r\ny \u00e9\r\n0\r\n\r\n`, false, true)).toMatchObject({
      body: "hey \u00e9",
      isComplete: true,
      closes: false,
    });
  });
  it("reads a chunk's length in as many digits as it has, and waits for them; what is none is no chunk", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const long = "x".repeat(0x1a);
    expect(readAnswer(`${head}1A;name=value\r\n${long}\r\n0\r\n\r\n`, false, true)).toMatchObject({
      body: long,
      isComplete: true,
    });
    expect(readAnswer(`${head}2\r\nhe\r\n3`, false, true)).toMatchObject({ body: "he", isComplete: false });
    expect(readAnswer(`${head}?2\r\nhe\r\n0\r\n\r\n`, false, true)).toMatchObject({
      body: "",
      isComplete: false,
    });
  });
  it("has a chunk when all of it is there, and the end when the empty line behind it is", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const rest of ["2\r\nhe\r\n", "2\r\nhe\r\n0\r\n", "2\r\nhe\r\n0\r\nTrailer: x\r\n"])
      expect(readAnswer(head + rest, false, true)).toMatchObject({ body: "he", isComplete: false });
  });
  it("knows an answer without a body, and one that closes the connection", () => {
    expect(readAnswer("HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n", false, true)).toMatchObject({
      isComplete: true,
      closes: true,
      headers: [["connection", "Close"]],
    });
    for (const status of ["101 Switching Protocols", "304 Not Modified"])
      expect(readAnswer(`HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\n`, false, true)).toMatchObject({
        body: "",
        isComplete: true,
      });
  });
  it("tells what is none at its first line, or at the end of the head", () => {
    expect(readAnswer("220 ready\r\n", false, true)).toBe("malformed");
    expect(readAnswer("220 ready\r\n", false, false)).toBeNull();
    expect(readAnswer("220 ready\r\n\r\n", false, false)).toBe("malformed");
    expect(readAnswer("\r\n", false, true)).toBe("malformed");
    expect(readAnswer("\r\n\r\n", false, false)).toBe("malformed");
  });
});

describe("a far end that speaks HTTP", () => {
  it("waits for the whole request", () => {
    expect(isWholeRequest("GET / HTTP/1.1\r\n")).toBe(false);
    expect(isWholeRequest("GET / HTTP/1.1\r\n\r\n")).toBe(true);
    expect(isWholeRequest("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nh")).toBe(false);
    expect(isWholeRequest("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")).toBe(true);
    expect(isWholeRequest("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n")).toBe(false);
    expect(isWholeRequest("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n0\r\n\r\n")).toBe(
      true,
    );
  });
  it("does not take the end of a head for the end of the body", () => {
    const head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: peer:9000\r\n\r\n";
    expect(isWholeRequest(head)).toBe(false);
    expect(isWholeRequest(`${head}0\r\n\r\n`)).toBe(true);
  });
  it("reads headers of the head alone, with or without a space, and no longer ones that end like them", () => {
    const post = (head: string, body: string) => isWholeRequest(`POST / HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    expect(post("Content-Length:12", "hello")).toBe(false);
    expect(post("Content-Length:12", "hello, world")).toBe(true);
    expect(post("X-Content-Length: 12", "")).toBe(true);
    expect(post("Transfer-Encoding:chunked", "5\r\nhello\r\n")).toBe(false);
    expect(post("X-Transfer-Encoding: chunked", "")).toBe(true);
    expect(post("Host: peer", "\r\nContent-Length: 99\r\nTransfer-Encoding: chunked")).toBe(true);
  });
  it("sees whether a WebSocket is asked for", () => {
    expect(isUpgrade("GET / HTTP/1.1\r\nUpgrade:websocket\r\n\r\n")).toBe(true);
    expect(isUpgrade("GET / HTTP/1.1\r\nX-Upgrade: websocket\r\n\r\n")).toBe(false);
    expect(isUpgrade("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")).toBe(true);
    expect(isUpgrade("GET / HTTP/1.1\r\n\r\n")).toBe(false);
  });
});
