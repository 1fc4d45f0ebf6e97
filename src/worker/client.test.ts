import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, SILENCE_LIMIT_MS, START_LIMIT_MS, type WorkerEvents } from "./client.ts";
import { type FromWorker, PROTOCOL_VERSION, type ToWorker } from "./protocol.ts";

const version = PROTOCOL_VERSION;
const compile = (source: string) => ({ type: "compile", source }) as const;
const rejected = {
  type: "rejected",
  error: { message: "no", line: 1, column: 1, construct: "syntax" },
} as const;

/** Workers that do nothing by themselves: the test speaks for them. */
function fakeWorkers() {
  const workers: { sent: ToWorker[]; events: WorkerEvents; isTerminated: boolean }[] = [];
  const spawn = (events: WorkerEvents) => {
    const worker = { sent: [] as ToWorker[], events, isTerminated: false };
    workers.push(worker);
    return {
      post: (message: ToWorker) => void worker.sent.push(message),
      terminate: () => {
        worker.isTerminated = true;
      },
    };
  };
  const say = (message: FromWorker, worker = workers.length - 1) =>
    workers[worker]?.events.onMessage(message);
  return { workers, spawn, say };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the worker's client", () => {
  test("gives each request the answer with its id", async () => {
    const { spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    const one = client.ask("one", compile("a"));
    const two = client.ask("two", compile("b"));
    say({ version, id: 2, done: rejected });
    say({ version, id: 1, crashed: "oh" });
    expect(await two).toEqual({ status: "done", value: rejected });
    expect(await one).toEqual({ status: "failed", message: "The model ran into a fault of its own: oh" });
  });

  test("says that a part of the model could not be loaded", async () => {
    const { spawn, say } = fakeWorkers();
    const answer = createClient(spawn).ask("one", compile("a"));
    say({ version, id: 1, unloaded: true });
    expect(await answer).toEqual({
      status: "failed",
      message: "A part of the model could not be loaded. Check the connection and try again.",
    });
  });

  test("starts the worker with the first request and keeps it", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    expect(workers).toHaveLength(0);
    const first = client.ask("x", compile("a"));
    say({ version, id: 1, done: rejected });
    await first;
    void client.ask("x", compile("b"));
    expect(workers).toHaveLength(1);
  });

  test("lets a newer request of the same purpose supersede the older one and tells the worker", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    const older = client.ask("show", compile("a"));
    const newer = client.ask("show", compile("b"));
    expect(await older).toEqual({ status: "superseded" });
    expect(workers[0]?.sent[1]).toEqual({ version, id: 1, cancel: true });
    say({ version, id: 1, done: rejected });
    say({ version, id: 2, done: rejected });
    expect((await newer).status).toBe("done");
  });

  test("replaces a worker that is silent for too long, fails what it was at, and asks the rest again", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    const endless = client.ask("show", compile("for (;;);"));
    const other = client.ask("check", compile("b"));
    say({ version, ready: true });
    say({ version, id: 1, progress: 0 });
    vi.advanceTimersByTime(SILENCE_LIMIT_MS);
    const answer = await endless;
    expect(answer.status === "failed" && answer.message).toContain("within 5 seconds");
    expect(workers.map((worker) => worker.isTerminated)).toEqual([true, false]);
    expect(workers[1]?.sent).toEqual([{ version, id: 2, request: compile("b") }]);
    say({ version, id: 2, done: rejected });
    expect((await other).status).toBe("done");
  });

  test("does not blame a request for the endless one that it superseded", async () => {
    const { spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    void client.ask("show", compile("for (;;);"));
    say({ version, ready: true });
    const newer = client.ask("show", compile("b"));
    vi.advanceTimersByTime(SILENCE_LIMIT_MS);
    say({ version, id: 2, done: rejected });
    expect((await newer).status).toBe("done");
  });

  test("takes progress as a sign of life", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    void client.ask("show", compile("a"));
    say({ version, ready: true });
    for (let round = 1; round <= 5; round += 1) {
      vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1);
      say({ version, id: 1, progress: round });
    }
    expect(workers[0]?.isTerminated).toBe(false);
  });

  test("waits longer for a worker to start, then says that it did not", async () => {
    const { workers, spawn } = fakeWorkers();
    const client = createClient(spawn);
    const answer = client.ask("show", compile("a"));
    vi.advanceTimersByTime(START_LIMIT_MS - 1);
    expect(workers[0]?.isTerminated).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await answer).toEqual({ status: "failed", message: "The model did not start within 20 seconds." });
  });

  test("has no clock running when nothing is outstanding", async () => {
    const { spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    const answer = client.ask("show", compile("a"));
    say({ version, id: 1, done: rejected });
    await answer;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("says so when the worker crashes, and works again afterwards", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    const first = client.ask("show", compile("a"));
    workers[0]?.events.onError("out of memory");
    expect(await first).toEqual({ status: "failed", message: "The model stopped working: out of memory." });
    const second = client.ask("show", compile("b"));
    say({ version, id: 2, done: rejected });
    expect((await second).status).toBe("done");
  });

  test("does not go on for ever with workers that crash", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    void client.ask("one", compile("a"));
    void client.ask("two", compile("b"));
    const third = client.ask("three", compile("c"));
    for (let round = 0; round < 3; round += 1) {
      say({ version, ready: true });
      workers.at(-1)?.events.onError("boom");
    }
    expect((await third).status).toBe("failed");
    expect(workers.length).toBeLessThanOrEqual(3);
  });

  test("says so when there can be no worker at all", async () => {
    const client = createClient(() => {
      throw new Error("forbidden here");
    });
    expect(await client.ask("show", compile("a"))).toEqual({
      status: "failed",
      message: "The model's worker cannot be used: forbidden here",
    });
  });

  test.each([
    ["another version", { version: 99, id: 1, done: rejected }],
    ["no message at all", "hello"],
    [
      "a run without steps",
      { version, id: 1, done: { type: "ran", run: { records: [] }, dropped: [], properties: [] } },
    ],
  ])("refuses what is %s", async (_, message) => {
    const { workers, spawn } = fakeWorkers();
    const client = createClient(spawn);
    const answer = client.ask("show", compile("a"));
    workers[0]?.events.onMessage(message);
    const { status } = await answer;
    expect(status).toBe("failed");
  });

  test("ignores what a worker says after it was given up", async () => {
    const { workers, spawn, say } = fakeWorkers();
    const client = createClient(spawn);
    void client.ask("show", compile("a"));
    say({ version, ready: true });
    workers[0]?.events.onError("boom");
    const second = client.ask("show", compile("b"));
    workers[0]?.events.onMessage({ version, id: 2, crashed: "late" });
    say({ version, id: 2, done: rejected });
    expect((await second).status).toBe("done");
  });

  test("counts what is outstanding as superseded when it is disposed of", async () => {
    const { workers, spawn } = fakeWorkers();
    const client = createClient(spawn);
    const answer = client.ask("show", compile("a"));
    client.dispose();
    expect(await answer).toEqual({ status: "superseded" });
    expect(workers[0]?.isTerminated).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
