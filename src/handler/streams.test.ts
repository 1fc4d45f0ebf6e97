import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { engineLines, machineLines, machineLinesInPieces } from "./testing.ts";

/** Says how a promise settles, and when among the other lines. */
const report =
  "const report = (name, promise) => promise.then((v) => console.log(name, v === undefined ? '' : String(v)), (e) => console.log(name, 'rejected', e instanceof Error ? e.name : String(e)));";

/** What the engine and the machine must do alike. The streams of the engine are those of the standard. */
const snippets: Readonly<Record<string, string>> = {
  "a source is started at once and pulled until its queue is full":
    "let n = 0; new ReadableStream({ start(c) { console.log('start', c.desiredSize); }, pull(c) { console.log('pull', ++n, c.desiredSize); c.enqueue(n); } }, { highWaterMark: 3 }); console.log('made');",
  "what start() enqueued is read in order, then the end":
    "const rs = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); c.close(); } }); (async () => { const r = rs.getReader(); report('closed', r.closed); for (let i = 0; i < 4; i++) { const x = await r.read(); console.log(x.value, x.done); } console.log(rs.locked); r.releaseLock(); console.log(rs.locked); })();",
  "reads that wait are answered in order, with chunks, then with the end":
    "let c; const rs = new ReadableStream({ start(x) { c = x; } }); const r = rs.getReader(); for (const n of [1, 2, 3]) report('read ' + n, r.read().then((x) => x.value + ' ' + x.done)); c.enqueue('x'); console.log('enqueued'); c.close();",
  "an error empties the queue and rejects what waits":
    "let c; const rs = new ReadableStream({ start(x) { c = x; c.enqueue(1); } }); c.error(new RangeError('no')); const r = rs.getReader(); report('read', r.read()); report('closed', r.closed); report('cancel', r.cancel());",
  "a source that throws in pull() errors its stream":
    "const rs = new ReadableStream({ pull() { throw new RangeError('no'); } }); report('read', rs.getReader().read());",
  "a stream is locked by one reader at a time, and a released reader is of no use":
    "const rs = new ReadableStream({ start(c) { c.enqueue(1); } }); const r = rs.getReader(); try { rs.getReader(); } catch (e) { console.log(e.name); } report('cancel', rs.cancel()); r.releaseLock(); report('read', r.read()); report('closed', r.closed); console.log(rs.locked);",
  "cancel() tells the source why, once":
    "const rs = new ReadableStream({ start(c) { c.enqueue(1); }, cancel(e) { console.log('cancelled', e); return 5; } }); report('cancel', rs.cancel('why')); report('again', rs.cancel('why')); report('read', rs.getReader().read().then((x) => x.done));",
  "a size function counts for the queue":
    "new ReadableStream({ start(c) { c.enqueue('abc'); console.log(c.desiredSize); c.enqueue('de'); console.log(c.desiredSize); } }, { highWaterMark: 4, size: (x) => x.length });",
  "for await reads to the end and releases the stream":
    "(async () => { const rs = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); c.close(); } }); for await (const x of rs) console.log(x); console.log(rs.locked); })();",
  "break leaves a stream cancelled, with preventCancel as it is":
    "(async () => { const make = () => new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); }, cancel() { console.log('cancelled'); } }); const a = make(), b = make(); for await (const x of a) { console.log(x); break; } for await (const x of b.values({ preventCancel: true })) { console.log(x); break; } console.log(a.locked, b.locked); console.log((await b.getReader().read()).value); })();",
  "for await throws what the stream failed with, and cancels when its body throws":
    "(async () => { try { for await (const x of new ReadableStream({ pull() { throw new RangeError('no'); } })) console.log(x); } catch (e) { console.log(e.name); } try { for await (const x of new ReadableStream({ start(c) { c.enqueue(1); }, cancel(e) { console.log('cancelled', e); } })) throw new TypeError('body'); } catch (e) { console.log(e.name); } })();",
  "continue, labels and return leave for await loops as they should":
    "(async () => { const make = (t) => new ReadableStream({ start(c) { for (const x of [1, 2, 3]) c.enqueue(t + x); c.close(); }, cancel() { console.log('cancelled', t); } }); outer: for await (const a of make('a')) { for await (const b of make('b')) { if (b === 'b1') continue; if (a === 'a2') continue outer; if (a === 'a3') break outer; console.log(a, b); } } const f = async () => { for await (const x of make('c')) return x; }; console.log(await f()); })();",
  "for await goes through promises of an array":
    "(async () => { for await (const x of [Promise.resolve(1), 2]) console.log(x); })();",
  "tee() gives every chunk to both branches":
    "(async () => { const [a, b] = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); c.close(); } }).tee(); for await (const x of a) console.log('a', x); for await (const x of b) console.log('b', x); })();",
  "a teed stream is cancelled when both branches are":
    "const [a, b] = new ReadableStream({ cancel(e) { console.log(e.join()); } }).tee(); a.cancel(1); report('b', b.cancel(2));",
  "a sink is written one chunk at a time, then closed":
    "const ws = new WritableStream({ start() { console.log('start'); }, async write(x) { console.log('write', x); await null; console.log('wrote', x); }, close() { console.log('close'); } }); const w = ws.getWriter(); console.log(w.desiredSize); for (const x of ['a', 'b']) { report(x, w.write(x)); console.log(w.desiredSize); } report('ready', w.ready); report('closed', w.closed); report('close', w.close()); report('late', w.write('c')); report('twice', w.close());",
  "ready waits while the queue is full":
    "(async () => { const ws = new WritableStream({ async write(x) { console.log('write', x); for (let i = 0; i < 9; i++) await null; } }, { highWaterMark: 2 }); const w = ws.getWriter(); for (let i = 0; i < 4; i++) { await w.ready; report('wrote ' + i, w.write(i)); console.log(w.desiredSize); } await w.close(); })();",
  "abort() waits for the write under way and drops the others":
    "const ws = new WritableStream({ async write(x) { console.log('write', x); await null; }, abort(e) { console.log('abort', e); } }); const w = ws.getWriter(); (async () => { await null; report('a', w.write('a')); report('b', w.write('b')); report('closed', w.closed); report('abort', w.abort('why')); report('again', w.abort('other')); report('c', w.write('c')); })();",
  "a sink that fails fails everything after":
    "const w = new WritableStream({ write(x) { if (x === 'b') throw new RangeError('no'); } }).getWriter(); for (const x of ['a', 'b', 'c']) report(x, w.write(x)); report('closed', w.closed); report('close', w.close()); report('ready', w.ready);",
  "the controller of a sink can fail it":
    "let c; const ws = new WritableStream({ start(x) { c = x; } }); c.error(new RangeError('no')); const w = ws.getWriter(); report('write', w.write(1)); report('closed', w.closed); report('abort', w.abort());",
  "pipeTo() moves everything and closes":
    "let n = 0; const rs = new ReadableStream({ pull(c) { if (++n > 3) c.close(); else c.enqueue(n); } }, { highWaterMark: 0 }); const ws = new WritableStream({ write(x) { console.log('write', x); }, close() { console.log('close'); } }); report('piped', rs.pipeTo(ws)); console.log(rs.locked, ws.locked); setTimeout(() => console.log(rs.locked, ws.locked));",
  "pipeTo() passes errors forward and backward unless it is told not to":
    "const bad = (say) => new ReadableStream({ start(c) { c.enqueue(1); }, pull() { throw new RangeError('source'); }, cancel(e) { console.log(say, 'cancel', e.name); } }); const good = (say) => new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); }, cancel(e) { console.log(say, 'cancel', e.name); } }); const sink = (say, fails) => new WritableStream({ write(x) { console.log(say, 'write', x); if (fails) throw new TypeError('sink'); }, close() { console.log(say, 'close'); }, abort(e) { console.log(say, 'abort', e.name); } }); (async () => { await report('a', bad('a').pipeTo(sink('a'))); await report('b', bad('b').pipeTo(sink('b'), { preventAbort: true })); await report('c', good('c').pipeTo(sink('c', true))); await report('d', good('d').pipeTo(sink('d', true), { preventCancel: true })); })();",
  "pipeTo() refuses what is locked or no stream":
    "const rs = () => new ReadableStream({ start(c) { c.close(); } }); const locked = rs(); locked.getReader(); const ws = new WritableStream(); report('a', locked.pipeTo(ws)); ws.getWriter(); report('b', rs().pipeTo(ws)); report('c', rs().pipeTo({})); try { rs().pipeThrough({}); } catch (e) { console.log(e.name); }",
  "pipeTo() with preventClose leaves the sink open":
    "(async () => { const ws = new WritableStream({ write(x) { console.log('write', x); }, close() { console.log('close'); } }); await new ReadableStream({ start(c) { c.enqueue(1); c.close(); } }).pipeTo(ws, { preventClose: true }); const w = ws.getWriter(); await w.write(2); await w.close(); })();",
  "a transform stream transforms on demand and flushes":
    "(async () => { const t = new TransformStream({ start(c) { console.log('start', c.desiredSize); }, transform(x, c) { console.log('transform', x); c.enqueue(x + '!'); }, flush(c) { console.log('flush'); c.enqueue('last'); } }); const w = t.writable.getWriter(); report('a', w.write('a')); report('b', w.write('b')); report('close', w.close()); await null; for await (const x of t.readable) console.log(x); })();",
  "pipeThrough() gives the transform's readable side":
    "(async () => { let n = 0; const rs = new ReadableStream({ pull(c) { if (++n > 2) c.close(); else c.enqueue('x' + n); } }); for await (const x of rs.pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x.toUpperCase()); } }))) console.log(x); })();",
  "a transformer that throws fails both sides":
    "const t = new TransformStream({ transform() { throw new RangeError('no'); } }); const w = t.writable.getWriter(), r = t.readable.getReader(); report('write', w.write(1)); report('read', r.read()); report('next', w.write(2)); report('closed', w.closed);",
  "terminate() ends the readable side and fails the writable one":
    "(async () => { const t = new TransformStream({ transform(x, c) { c.enqueue(x); c.terminate(); } }); const w = t.writable.getWriter(), r = t.readable.getReader(); report('write', w.write(1)); console.log((await r.read()).value, (await r.read()).done); report('next', w.write(2)); })();",
  "cancelling a transform's readable side fails its writable side, and the other way round":
    "(async () => { const t = new TransformStream(), u = new TransformStream(); const w = t.writable.getWriter(); t.readable.cancel(new RangeError('enough')); report('closed', w.closed); const r = u.readable.getReader(); report('abort', u.writable.abort(new RangeError('gone'))); report('read', r.read()); })();",
  "ReadableStream.from() reads an array":
    "(async () => { for await (const x of ReadableStream.from(['a', 'b'])) console.log(x); })();",
  "streams are instances of their classes":
    "const rs = new ReadableStream(), ws = new WritableStream(), t = new TransformStream(); console.log(rs instanceof ReadableStream, ws instanceof WritableStream, t instanceof TransformStream, t.readable instanceof ReadableStream, rs instanceof WritableStream, typeof ReadableStream); try { ReadableStream(); } catch (e) { console.log(e.name); }",
};

describe("streams of the handler's own do what the standard says", () => {
  for (const [title, body] of Object.entries(snippets)) {
    test(title, async () => {
      const source = `${report}${body.replace(/setTimeout\((\(\) => [^;]*)\);?$/, "(async () => { for (let i = 0; i < 60; i++) await null; ($1)(); })();")}`;
      const expected = await engineLines(
        source,
        (value) => inspect(value, { breakLength: Number.POSITIVE_INFINITY }),
        async () => {
          for (let i = 0; i < 5; i++) await setImmediate();
        },
      );
      expect(machineLines(source)).toEqual(expected);
      expect(machineLinesInPieces(source, () => 61)).toEqual(expected);
    });
  }
});

/** Bodies, which the engine and the machine must handle alike too. */
const bodies: Readonly<Record<string, string>> = {
  "a body of a stream is read as text, once":
    "(async () => { const source = () => new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('he')); c.enqueue(new TextEncoder().encode('llo')); c.close(); } }); const a = new Response(source()); console.log(await a.text(), a.bodyUsed); const b = new Response(source()); const r = b.body.getReader(); console.log((await r.read()).value.length, b.bodyUsed, b.body.locked); try { await b.text(); } catch (e) { console.log(e.name); } })();",
  "a body of text is a stream too":
    "(async () => { const a = new Response('text'); console.log(a.body.locked, a.bodyUsed); for await (const x of a.body) console.log(new TextDecoder().decode(x)); console.log(a.bodyUsed, new Response(null).body); const [b, c] = new Response('teed').body.tee(); console.log(await new Response(b).text(), await new Response(c).text()); })();",
  "a body that fails rejects who reads it":
    "(async () => { try { await new Response(new ReadableStream({ pull() { throw new RangeError('no'); } })).text(); } catch (e) { console.log(e.name); } try { await new Response(new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } })).text(); } catch (e) { console.log(e.name); } })();",
};

describe("bodies that are streams do what the standard says", () => {
  for (const [title, body] of Object.entries(bodies)) {
    test(title, async () => {
      const expected = await engineLines(body, inspect, async () => {
        for (let i = 0; i < 20; i++) await setImmediate();
      });
      expect(machineLines(body)).toEqual(expected);
    });
  }
});
