import { expect, test } from "vitest";
import { heldThenDurable, leakThenFailure } from "./fixture-runs.ts";
import { textOf } from "./textview.ts";

test("the ordinary course reads as a story", () => {
  expect(textOf(heldThenDurable())).toMatchInlineSnapshot(`
    "     0 ms  A client sends a request for /.
         0 ms  A request for / reaches the object, and the handler starts.
         0 ms  put "balance" is accepted in memory, and the output gate locks (lock 1) until it is durable.
         0 ms  The handler has a socket and goes on, but the connection is held: put "balance" is not durable yet, so nobody outside may notice.
         0 ms  9 B for peer:9000 enter the stream's queue and are held: put "balance" is not durable yet.
         0 ms  The handler waits at await socket.opened. The object is free for other events.
         0 ms  Commit 1 is flushed: put "balance".
        10 ms  Commit 1 is durable: put "balance" will survive a crash. Its lock is released.
        10 ms  The connection to peer:9000 crosses the gate line after 10 ms: all it depends on is durable.
        10 ms  SYN leaves for peer:9000: the outside world can see it.
        10 ms  9 B for peer:9000 leave the stream's queue into the pipe.
        18 ms  peer:9000 accepts: for the far end the connection is open.
        26 ms  The connection to peer:9000 is open for the handler, too.
        26 ms  9 B for peer:9000 cross the gate line after 26 ms: all they depend on is durable.
        26 ms  9 B leave the host for peer:9000.
        26 ms  The handler goes on at line 10: await socket.opened is over.
        26 ms  The handler logs "connected".
        26 ms  The handler returns response 200 "ok".
        26 ms  Response 200 crosses the gate line: all it depends on is durable.
        26 ms  Response 200 leaves for the client.
        34 ms  peer:9000 receives 9 B: "debit 10\\n".
        34 ms  The client receives response 200: "ok"."
  `);
});

test("a leak and what comes of it read as a story", () => {
  expect(textOf(leakThenFailure())).toMatchInlineSnapshot(`
    "     0 ms  A client sends a request for /.
         0 ms  A request for / reaches the object, and the handler starts.
         0 ms  put "balance" is accepted in memory, and the output gate locks (lock 1) until it is durable.
         0 ms  The handler calls connect("peer:9000"), and the connection is asked for at once: this design does not ask the output gate.
         0 ms  9 B for peer:9000 enter the stream's queue and are held: put "balance" is not durable yet.
         0 ms  The handler waits at await socket.opened. The object is free for other events.
         0 ms  A leak. peer:9000 is asked for a connection that depends on put "balance", which is not durable.
         0 ms  SYN leaves for peer:9000: the outside world can see it. put "balance" is not durable.
         0 ms  Violated, No early connection (S1): peer:9000 saw a connection before put "balance" was durable.
         0 ms  Commit 1 is flushed: put "balance".
         8 ms  peer:9000 accepts: for the far end the connection is open. put "balance" is not durable.
        10 ms  Commit 1 fails: put "balance" never happened (disk I/O error: SQLITE_IOERR).
        10 ms  The output gate breaks: nothing that waits behind this lock is ever seen outside, and the object is reset.
        10 ms  The object is reset: disk I/O error: SQLITE_IOERR. No JavaScript of this life runs again, not even to see the error.
        10 ms  9 B for peer:9000 are struck out: the gate is broken. Nobody outside will ever see them.
        10 ms  Fragile order: tlsStarter is gone before connect frame (promised interface), which still points to it (D3): safe only because nothing runs in between.
        10 ms  Life 1 of the object a ends: reset.
        18 ms  A request for /balance reaches the object, and the handler starts.
        18 ms  get "balance" has to go to disk. The input gate keeps other events out until the answer is there.
        18 ms  The handler waits at await this.ctx.storage.get("balance"). The object is free for other events.
        22 ms  The disk answers the read of "balance".
        22 ms  The handler goes on at line 15: await this.ctx.storage.get("balance") is over.
        22 ms  The handler returns response 200 "undefined".
        22 ms  Response 200 to request 2 (/balance) crosses the gate line: it depends on no write.
        22 ms  Response 200 leaves for the client of request 2 (/balance).
        30 ms  The client of request 2 (/balance) receives response 200: "undefined"."
  `);
});
