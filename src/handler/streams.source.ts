/*
 * Streams of the handler's own, in the handler language itself like the rest of the library (library.source.ts): their
 * sources, sinks and transformers are the handler's functions. Promise jobs come in the order of the Streams standard; where
 * recordings of workerd show another order or text, workerd's.
 *
 * An object of a stream class is a shell around one plain object, its inside: $make(type, inside) makes one, $inside(object,
 * type) looks in. A stream and its controller share their inside; a reader and a writer have one of their own.
 *
 * Streams of the platform (those of a socket) are objects of the host. Where a pipe ends in one, the host is asked with
 * $host(name, ...): see "pipe:..." in model/pipe-api.ts. $host("depends") says how many writes the object has made that what it
 * makes now depends on; a stream keeps it with each chunk.
 */
export const STREAMS_SOURCE = `
function newReadable(source, strategy, native) {
  const start = source?.start, pull = source?.pull, cancel = source?.cancel, type = source?.type;
  if (type !== undefined && type !== "bytes") throw new TypeError("Unsupported type of ReadableStream: " + type);
  const inside = {
    state: "readable", error: undefined, reader: null, disturbed: false, native, depends: 0, ending: 0,
    queue: [], total: 0, closing: false, started: false, pulling: false, again: false,
    mark: strategy?.highWaterMark ?? (type === "bytes" ? 0 : 1), size: strategy?.size, source, pull, cancel, controller: null,
  };
  inside.controller = $make("ReadableStreamDefaultController", inside);
  let begun;
  try {
    begun = Promise.resolve(start === undefined ? undefined : start.call(source, inside.controller));
  } catch (error) {
    begun = Promise.reject(error);
  }
  begun.then(
    () => { inside.started = true; $readable_pull(inside); },
    (error) => $readable_fail(inside, error),
  );
  return $make("ReadableStream", inside);
}

function make_ReadableStream(source, strategy) {
  return $newReadable(source ?? undefined, strategy, false);
}

function readable_pull(inside) {
  if (inside.state !== "readable" || inside.closing || !inside.started || inside.pull === undefined) return;
  const waiting = inside.reader !== null && inside.reader.requests.length > 0;
  if (!waiting && inside.mark - inside.total <= 0) return;
  if (inside.pulling) {
    inside.again = true;
    return;
  }
  inside.pulling = true;
  let pulled;
  try {
    pulled = Promise.resolve(inside.pull.call(inside.source, inside.controller));
  } catch (error) {
    pulled = Promise.reject(error);
  }
  pulled.then(
    () => {
      inside.pulling = false;
      if (!inside.again) return;
      inside.again = false;
      $readable_pull(inside);
    },
    (error) => $readable_fail(inside, error),
  );
}

function readable_enqueue(inside, chunk) {
  if (inside.closing || inside.state !== "readable") throw new TypeError("Unable to enqueue");
  const depends = $host("depends");
  if (inside.reader !== null && inside.reader.requests.length > 0) {
    inside.depends = depends;
    inside.reader.requests.shift().resolve({ value: chunk, done: false });
  } else {
    const size = inside.size === undefined ? 1 : inside.size(chunk);
    inside.queue.push({ chunk, size, depends });
    inside.total += size;
  }
  $readable_pull(inside);
}

function readable_end(inside) {
  if (inside.state !== "readable") return;
  inside.state = "closed";
  if (inside.reader === null) return;
  inside.reader.closed.resolve(undefined);
  for (const request of inside.reader.requests.splice(0)) request.resolve({ value: undefined, done: true });
}

function readable_fail(inside, error) {
  if (inside.state !== "readable") return;
  inside.state = "errored";
  inside.error = error;
  inside.queue = [];
  inside.total = 0;
  if (inside.reader === null) return;
  inside.reader.closed.reject(error);
  for (const request of inside.reader.requests.splice(0)) request.reject(error);
}

function readable_close(inside) {
  if (inside.closing || inside.state !== "readable") throw new TypeError("This ReadableStream is closed.");
  inside.closing = true;
  inside.ending = $host("depends");
  if (inside.queue.length === 0) $readable_end(inside);
}

function readable_take(inside) {
  inside.disturbed = true;
  if (inside.state === "errored") return Promise.reject(inside.error);
  if (inside.queue.length > 0) {
    const { chunk, size, depends } = inside.queue.shift();
    inside.total -= size;
    inside.depends = depends;
    if (inside.closing && inside.queue.length === 0) $readable_end(inside);
    return Promise.resolve({ value: chunk, done: false });
  }
  if (inside.state === "closed") return Promise.resolve({ value: undefined, done: true });
  const request = Promise.withResolvers();
  inside.reader.requests.push(request);
  $readable_pull(inside);
  return request.promise;
}

function readable_abandon(inside, reason) {
  inside.disturbed = true;
  if (inside.state === "errored") return Promise.reject(inside.error);
  if (inside.state === "closed") return Promise.resolve();
  inside.queue = [];
  inside.total = 0;
  $readable_end(inside);
  const { cancel } = inside;
  inside.pull = undefined;
  if (cancel === undefined) return Promise.resolve();
  try {
    return Promise.resolve(cancel.call(inside.source, reason)).then(() => undefined);
  } catch (error) {
    return Promise.reject(error);
  }
}

function readableController_enqueue(chunk) {
  $readable_enqueue($inside(this, "ReadableStreamDefaultController"), chunk);
}

function readableController_close() {
  $readable_close($inside(this, "ReadableStreamDefaultController"));
}

function readableController_error(error) {
  $readable_fail($inside(this, "ReadableStreamDefaultController"), error);
}

function readable_getReader(options) {
  if (options?.mode === "byob") $stuck("A byob reader is not part of Gatescope's model. Use getReader().");
  const stream = $inside(this, "ReadableStream");
  if (stream.reader !== null) throw new TypeError("This ReadableStream is currently locked to a reader.");
  const closed = Promise.withResolvers();
  closed.promise.catch(() => {});
  const reader = { stream, requests: [], closed };
  if (stream.state === "closed") closed.resolve(undefined);
  if (stream.state === "errored") closed.reject(stream.error);
  stream.reader = reader;
  return $make("ReadableStreamDefaultReader", reader);
}

function readable_cancel(reason) {
  const stream = $inside(this, "ReadableStream");
  if (stream.reader !== null)
    return Promise.reject(new TypeError("This ReadableStream is currently locked to a reader."));
  return $readable_abandon(stream, reason);
}

function reader_read() {
  const { stream } = $inside(this, "ReadableStreamDefaultReader");
  if (stream === null) return Promise.reject(new TypeError("This ReadableStream reader has been released."));
  return $readable_take(stream);
}

function reader_cancel(reason) {
  const { stream } = $inside(this, "ReadableStreamDefaultReader");
  if (stream === null) return Promise.reject(new TypeError("This ReadableStream reader has been released."));
  return $readable_abandon(stream, reason);
}

function reader_releaseLock() {
  const reader = $inside(this, "ReadableStreamDefaultReader");
  if (reader.stream === null) return;
  const error = new TypeError("This ReadableStream reader has been released.");
  reader.closed.reject(error);
  for (const request of reader.requests.splice(0)) request.reject(error);
  reader.stream.reader = null;
  reader.stream = null;
}

function readable_values(options) {
  const reader = this.getReader();
  const keeps = options?.preventCancel === true;
  return {
    next: () => reader.read().then(
      (read) => { if (read.done) reader.releaseLock(); return read; },
      (error) => { reader.releaseLock(); throw error; },
    ),
    return: (value) => {
      const cancelled = keeps ? Promise.resolve() : reader.cancel(value);
      reader.releaseLock();
      return cancelled.then(() => ({ value, done: true }));
    },
  };
}

function asyncIterator(value) {
  if ($isReadable(value)) return value.values();
  if (typeof value === "object" && value !== null && typeof value.next === "function") return value;
  const items = $listOf(value);
  let next = 0;
  return {
    next: () => next < items.length
      ? Promise.resolve(items[next++]).then((item) => ({ value: item, done: false }))
      : Promise.resolve({ value: undefined, done: true }),
    return: () => Promise.resolve({ value: undefined, done: true }),
  };
}

function readable_from(source) {
  const iterator = $asyncIterator(source);
  return new ReadableStream({
    pull: (controller) => Promise.resolve(iterator.next()).then(({ value, done }) => {
      if (done) controller.close();
      else controller.enqueue(value);
    }),
    cancel: (reason) => iterator.return?.(reason),
  }, { highWaterMark: 0 });
}

function readable_tee() {
  if ($isHost(this)) $host("pipe:detach", this);
  const reader = this.getReader();
  const branches = [{ over: false, reason: undefined }, { over: false, reason: undefined }];
  let reading = false;
  let again = false;
  const pull = () => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    reader.read().then(
      ({ value, done }) => {
        reading = false;
        for (const branch of branches) {
          if (branch.over) continue;
          if (done) branch.controller.close();
          else branch.controller.enqueue(value);
        }
        if (again && !done) {
          again = false;
          pull();
        }
      },
      (error) => {
        for (const branch of branches) branch.controller.error(error);
      },
    );
  };
  return branches.map((branch) => new ReadableStream({
    start: (controller) => { branch.controller = controller; },
    pull,
    cancel: (reason) => {
      branch.over = true;
      branch.reason = reason;
      if (branches.every(({ over }) => over)) return reader.cancel(branches.map((one) => one.reason));
    },
  }, { highWaterMark: 0 }));
}

function readable_pipeThrough(transform, options) {
  if (!$isReadable(transform?.readable))
    throw new TypeError("Incorrect type for the 'readable' field on 'Transform': the provided value is not of type 'ReadableStream'.");
  if (!$isWritable(transform.writable))
    throw new TypeError("Incorrect type for the 'writable' field on 'Transform': the provided value is not of type 'WritableStream'.");
  if (this.locked) throw new TypeError("This ReadableStream is currently locked to a reader.");
  if (transform.writable.locked) throw new TypeError("This WritableStream is currently locked to a writer.");
  this.pipeTo(transform.writable, options).catch(() => {});
  return transform.readable;
}

function readable_pipeTo(destination, options) {
  if (!$isWritable(destination))
    return Promise.reject(new TypeError("Failed to execute 'pipeTo' on 'ReadableStream': parameter 1 is not of type 'WritableStream'."));
  const signal = options?.signal ?? null;
  if (this.locked) return Promise.reject(new TypeError("This ReadableStream is currently locked to a reader."));
  if (destination.locked) return Promise.reject(new TypeError("This WritableStream is currently locked to a writer"));
  const how = {
    preventClose: options?.preventClose === true,
    preventAbort: options?.preventAbort === true,
    preventCancel: options?.preventCancel === true,
    signal: signal === null ? null : $inside(signal, "AbortSignal"),
  };
  if (signal?.aborted) return Promise.reject(signal.reason);
  if ($isHost(destination) || $inside(destination, "WritableStream").gated) return $pipeToPlatform(this, destination, how);
  return $pipeToHandler(this, destination, how);
}

function pipeToHandler(source, destination, how) {
  const reader = source.getReader();
  const writer = destination.getWriter();
  const over = Promise.withResolvers();
  let written = Promise.resolve();
  let isOver = false;
  const finish = (act, settle) => {
    if (isOver) return;
    isOver = true;
    const release = (settled) => {
      writer.releaseLock();
      reader.releaseLock();
      settled();
    };
    written.then(() => act === null
      ? release(settle)
      : act().then(() => release(settle), (error) => release(() => over.reject(error))));
  };
  const failed = (error) => finish(how.preventAbort ? null : () => writer.abort(error), () => over.reject(error));
  const refused = (error) => finish(how.preventCancel ? null : () => reader.cancel(error), () => over.reject(error));
  reader.closed.then(undefined, failed);
  writer.closed.then(() => refused(new TypeError("This destination writable stream is closed.")), refused);
  if (how.signal !== null) how.signal.listeners.push({ call: () => {
    const { reason } = how.signal;
    finish(() => Promise.all([
      how.preventCancel ? undefined : reader.cancel(reason),
      how.preventAbort ? undefined : writer.abort(reason),
    ]), () => over.reject(reason));
  } });
  const step = () => {
    if (isOver) return;
    writer.ready.then(() => {
      if (isOver) return;
      reader.read().then(({ value, done }) => {
        if (done) return finish(how.preventClose ? null : () => writer.close(), () => over.resolve(undefined));
        written = writer.write(value).then(() => {}, () => {});
        step();
      }, failed);
    }, () => {});
  };
  step();
  return over.promise;
}

function newWritable(sink, strategy, gated) {
  const start = sink?.start, write = sink?.write, close = sink?.close, abort = sink?.abort;
  const inside = {
    state: "writable", error: undefined, writer: null, gated,
    queue: [], total: 0, closeRequest: null, inFlight: null, isClosing: false, aborting: null, started: false,
    mark: strategy?.highWaterMark ?? 1, size: strategy?.size, sink, write, close, abort, controller: null, isFull: false,
  };
  inside.isFull = inside.mark <= 0;
  inside.controller = $make("WritableStreamDefaultController", inside);
  let begun;
  try {
    begun = Promise.resolve(start === undefined ? undefined : start.call(sink, inside.controller));
  } catch (error) {
    begun = Promise.reject(error);
  }
  begun.then(
    () => { inside.started = true; $writable_advance(inside); },
    (error) => { inside.started = true; $writable_reject(inside, error); },
  );
  return $make("WritableStream", inside);
}

function make_WritableStream(sink, strategy) {
  return $newWritable(sink ?? undefined, strategy, false);
}

function writable_measure(inside) {
  const isFull = !inside.gated && inside.mark - inside.total <= 0;
  if (isFull === inside.isFull) return;
  inside.isFull = isFull;
  if (inside.writer === null) return;
  if (isFull) {
    inside.writer.ready = Promise.withResolvers();
    inside.writer.ready.promise.catch(() => {});
  } else inside.writer.ready.resolve(undefined);
}

function writable_isEnding(inside) {
  return inside.closeRequest !== null || inside.isClosing;
}

function writable_advance(inside) {
  if (!inside.started || inside.inFlight !== null || inside.isClosing) return;
  if (inside.state === "closed" || inside.state === "errored") return;
  if (inside.state === "erroring") return $writable_fail(inside);
  const [front] = inside.queue;
  if (front === undefined) return;
  inside.inFlight = front;
  if (front.gate === undefined) return $writable_dispatch(inside, front);
  front.gate.then(() => { if (inside.inFlight === front) $writable_dispatch(inside, front); });
}

function writable_dispatch(inside, front) {
  if (front.type === "pipe") return front.begun.resolve(undefined);
  let done;
  try {
    if (front.type === "write")
      done = Promise.resolve(inside.write === undefined ? undefined : inside.write.call(inside.sink, front.chunk, inside.controller));
    else {
      inside.isClosing = true;
      done = Promise.resolve(inside.close === undefined ? undefined : inside.close.call(inside.sink));
    }
  } catch (error) {
    done = Promise.reject(error);
  }
  done.then(() => {
    if (inside.inFlight !== front) return;
    inside.inFlight = null;
    inside.queue.shift();
    if (front.type === "close") {
      inside.isClosing = false;
      inside.closeRequest = null;
      inside.state = "closed";
      front.request.resolve(undefined);
      if (inside.aborting !== null) inside.aborting.resolve(undefined);
      inside.aborting = null;
      if (inside.writer !== null) inside.writer.closed.resolve(undefined);
      return;
    }
    front.request.resolve(undefined);
    inside.total -= front.size;
    if (!$writable_isEnding(inside) && inside.state === "writable") $writable_measure(inside);
    $writable_advance(inside);
  }, (error) => {
    if (inside.inFlight !== front) return;
    inside.inFlight = null;
    inside.isClosing = false;
    front.request.reject(error);
    $writable_reject(inside, error);
  });
}

function writable_reject(inside, error) {
  if (inside.state === "writable") $writable_startErroring(inside, error);
  else if (inside.state === "erroring") $writable_fail(inside);
}

function writable_startErroring(inside, error) {
  inside.state = "erroring";
  inside.error = error;
  if (inside.writer !== null) {
    if (!inside.isFull) {
      inside.writer.ready = Promise.withResolvers();
      inside.writer.ready.promise.catch(() => {});
    }
    inside.writer.ready.reject(error);
  }
  if (inside.inFlight !== null && (inside.gated || inside.inFlight.type === "pipe")) {
    // Below the platform's streams an abort does not wait for what is under way.
    if (inside.inFlight.type === "pipe") inside.inFlight.begun.reject(error);
    inside.inFlight = null;
    inside.isClosing = false;
  }
  if (inside.inFlight === null && inside.started) $writable_fail(inside);
}

function writable_fail(inside) {
  inside.state = "errored";
  for (const { request } of inside.queue.splice(0)) if (request !== null) request.reject(inside.error);
  inside.total = 0;
  inside.closeRequest = null;
  const rejectClosed = () => {
    if (inside.writer !== null) inside.writer.closed.reject(inside.error);
  };
  const { aborting, abort } = inside;
  inside.aborting = null;
  if (aborting === null) return rejectClosed();
  if (aborting.isLate) {
    aborting.reject(inside.error);
    return rejectClosed();
  }
  let done;
  try {
    done = Promise.resolve(abort === undefined ? undefined : abort.call(inside.sink, aborting.reason));
  } catch (error) {
    done = Promise.reject(error);
  }
  done.then(
    () => { aborting.resolve(undefined); rejectClosed(); },
    (error) => { aborting.reject(error); rejectClosed(); },
  );
}

function writable_abandon(inside, reason) {
  if (inside.state === "closed" || inside.state === "errored") return Promise.resolve();
  if (inside.aborting !== null) return inside.aborting.promise;
  const isLate = inside.state === "erroring";
  inside.aborting = { ...Promise.withResolvers(), reason, isLate };
  const { promise } = inside.aborting;
  if (!isLate) $writable_startErroring(inside, reason);
  return promise;
}

function writable_end(inside) {
  if (inside.gated) {
    if (inside.state === "closed" || $writable_isEnding(inside))
      return Promise.reject(new TypeError("This WritableStream has been closed."));
  } else if (inside.state === "closed" || $writable_isEnding(inside))
    return Promise.reject(new TypeError("Cannot close a writer that is already being closed"));
  if (inside.state === "errored") return Promise.reject(inside.error);
  inside.closeRequest = Promise.withResolvers();
  if (inside.writer !== null && inside.isFull && inside.state === "writable") inside.writer.ready.resolve(undefined);
  const gate = inside.gated ? $host("gate:end") : undefined;
  inside.queue.push({ type: "close", request: inside.closeRequest, size: 0, gate });
  const { promise } = inside.closeRequest;
  $writable_advance(inside);
  return promise;
}

function writable_put(inside, chunk) {
  let taken = chunk;
  let gate;
  let size = 1;
  if (!inside.gated && inside.size !== undefined) size = inside.size(chunk);
  if (inside.state === "errored") return Promise.reject(inside.error);
  if (inside.state === "closed" || $writable_isEnding(inside)) {
    const text = inside.gated ? "This WritableStream has been closed." : "This ReadableStream is closed.";
    return Promise.reject(new TypeError(text));
  }
  if (inside.state === "erroring") return Promise.reject(inside.error);
  if (inside.gated) {
    try {
      [taken, gate] = $host("gate:write", chunk);
    } catch (error) {
      return Promise.reject(error);
    }
    if (gate === undefined) return Promise.resolve();
  }
  const request = Promise.withResolvers();
  inside.queue.push({ type: "write", chunk: taken, size, request, gate });
  inside.total += size;
  if (!$writable_isEnding(inside) && inside.state === "writable") $writable_measure(inside);
  $writable_advance(inside);
  return request.promise;
}

function writable_getWriter() {
  const stream = $inside(this, "WritableStream");
  if (stream.writer !== null) throw new TypeError("This WritableStream is currently locked to a writer.");
  const ready = Promise.withResolvers();
  const closed = Promise.withResolvers();
  ready.promise.catch(() => {});
  closed.promise.catch(() => {});
  const writer = { stream, ready, closed };
  if (stream.state === "closed") closed.resolve(undefined);
  if (stream.state === "errored") closed.reject(stream.error);
  if (stream.state === "errored" || stream.state === "erroring") ready.reject(stream.error);
  else if (stream.state === "closed" || $writable_isEnding(stream) || !stream.isFull) ready.resolve(undefined);
  stream.writer = writer;
  return $make("WritableStreamDefaultWriter", writer);
}

function writable_close() {
  const stream = $inside(this, "WritableStream");
  if (stream.writer !== null)
    return Promise.reject(new TypeError("This WritableStream is currently locked to a writer."));
  return $writable_end(stream);
}

function writable_abort(reason) {
  const stream = $inside(this, "WritableStream");
  if (stream.writer !== null)
    return Promise.reject(new TypeError("This WritableStream is currently locked to a writer."));
  return $writable_abandon(stream, reason);
}

function writableController_error(error) {
  const inside = $inside(this, "WritableStreamDefaultController");
  if (inside.state === "writable") $writable_startErroring(inside, error);
}

function writer_write(chunk) {
  const { stream } = $inside(this, "WritableStreamDefaultWriter");
  if (stream === null) return Promise.reject(new TypeError("This WritableStream writer has been released."));
  return $writable_put(stream, chunk);
}

function writer_close() {
  const { stream } = $inside(this, "WritableStreamDefaultWriter");
  if (stream === null) return Promise.reject(new TypeError("This WritableStream writer has been released."));
  return $writable_end(stream);
}

function writer_abort(reason) {
  const { stream } = $inside(this, "WritableStreamDefaultWriter");
  if (stream === null) return Promise.reject(new TypeError("This WritableStream writer has been released."));
  return $writable_abandon(stream, reason);
}

function writer_releaseLock() {
  const writer = $inside(this, "WritableStreamDefaultWriter");
  if (writer.stream === null) return;
  const error = new TypeError("This WritableStream writer has been released.");
  writer.ready.reject(error);
  writer.closed.reject(error);
  writer.stream.writer = null;
  writer.stream = null;
}

function make_TransformStream(transformer, writableStrategy, readableStrategy) {
  const inside = {
    transformer: transformer ?? {}, readable: null, writable: null, source: null, sink: null, controller: null,
    isFull: true, change: Promise.withResolvers(),
  };
  const { start, cancel } = inside.transformer;
  const started = Promise.withResolvers();
  inside.controller = $make("TransformStreamDefaultController", inside);
  inside.readable = new ReadableStream({
    start: (controller) => { inside.source = $inside(controller, "ReadableStreamDefaultController"); return started.promise; },
    pull: () => { $transform_measure(inside, false); return inside.change.promise; },
    cancel: (reason) => {
      const cancelled = Promise.resolve(cancel === undefined ? undefined : cancel.call(inside.transformer, reason));
      return cancelled.then(() => {
        $writable_reject(inside.sink, reason);
        $transform_measure(inside, false);
      });
    },
  }, { highWaterMark: readableStrategy?.highWaterMark ?? 0, size: readableStrategy?.size });
  inside.writable = new WritableStream({
    start: (controller) => { inside.sink = $inside(controller, "WritableStreamDefaultController"); return started.promise; },
    write: (chunk) => {
      if (!inside.isFull) return $transform_chunk(inside, chunk);
      return inside.change.promise.then(() => {
        if (inside.sink.state === "erroring") throw inside.sink.error;
        return $transform_chunk(inside, chunk);
      });
    },
    close: () => {
      const { flush } = inside.transformer;
      let flushed;
      try {
        flushed = Promise.resolve(flush === undefined ? undefined : flush.call(inside.transformer, inside.controller));
      } catch (error) {
        flushed = Promise.reject(error);
      }
      return flushed.then(() => {
        if (inside.source.state === "errored") throw inside.source.error;
        if (!inside.source.closing && inside.source.state === "readable") $readable_close(inside.source);
      }, (error) => {
        $readable_fail(inside.source, error);
        throw error;
      });
    },
    abort: (reason) => {
      const cancelled = Promise.resolve(cancel === undefined ? undefined : cancel.call(inside.transformer, reason));
      return cancelled.then(() => $readable_fail(inside.source, reason));
    },
  }, writableStrategy);
  started.resolve(start === undefined ? undefined : start.call(inside.transformer, inside.controller));
  return $make("TransformStream", inside);
}

function transform_measure(inside, isFull) {
  if (inside.isFull === isFull) return;
  inside.isFull = isFull;
  inside.change.resolve(undefined);
  inside.change = Promise.withResolvers();
}

function transform_chunk(inside, chunk) {
  const { transform } = inside.transformer;
  let done;
  try {
    if (transform === undefined) inside.controller.enqueue(chunk);
    else done = transform.call(inside.transformer, chunk, inside.controller);
  } catch (error) {
    done = Promise.reject(error);
  }
  return Promise.resolve(done).then(undefined, (error) => {
    $transform_fail(inside, error);
    throw error;
  });
}

function transform_fail(inside, error) {
  $readable_fail(inside.source, error);
  $writable_reject(inside.sink, error);
  $transform_measure(inside, false);
}

function transformController_enqueue(chunk) {
  const inside = $inside(this, "TransformStreamDefaultController");
  const { source } = inside;
  $readable_enqueue(source, chunk);
  const isWanted = (source.reader !== null && source.reader.requests.length > 0) || source.mark - source.total > 0;
  if (!isWanted) $transform_measure(inside, true);
}

function transformController_error(error) {
  $transform_fail($inside(this, "TransformStreamDefaultController"), error);
}

function transformController_terminate() {
  const inside = $inside(this, "TransformStreamDefaultController");
  if (!inside.source.closing && inside.source.state === "readable") $readable_close(inside.source);
  $writable_reject(inside.sink, new TypeError("The transform stream has been terminated"));
  $transform_measure(inside, false);
}

function newIdentity(expected) {
  let source = null;
  let sink = null;
  let left = expected;
  let wanted = null;
  const isWanted = () => {
    if (source.reader !== null && source.reader.requests.length > 0) return Promise.resolve();
    wanted ??= Promise.withResolvers();
    return wanted.promise;
  };
  const readable = $newReadable({
    start: (controller) => { source = $inside(controller, "ReadableStreamDefaultController"); },
    pull: () => {
      if (wanted !== null) wanted.resolve(undefined);
      wanted = null;
    },
    cancel: (reason) => $writable_reject(sink, reason),
  }, { highWaterMark: 0 }, true);
  const writable = $newWritable({
    start: (controller) => { sink = $inside(controller, "WritableStreamDefaultController"); },
    write: (chunk) => isWanted().then(() => {
      if (left !== undefined && chunk.length > left)
        return $readable_fail(source, new TypeError("Attempt to write too many bytes through a FixedLengthStream."));
      if (left !== undefined) left -= chunk.length;
      $readable_enqueue(source, chunk);
    }),
    close: () => isWanted().then(() => {
      if (left > 0)
        $readable_fail(source, new TypeError("FixedLengthStream did not see all expected bytes before close()."));
      else $readable_end(source);
    }),
    abort: (reason) => $readable_fail(source, reason),
  }, { highWaterMark: 1 }, true);
  return { readable, writable };
}

function make_IdentityTransformStream() {
  return $make("IdentityTransformStream", $newIdentity(undefined));
}

function make_FixedLengthStream(length) {
  return $make("FixedLengthStream", $newIdentity(length));
}

function make_TextEncoderStream() {
  const encoder = new TextEncoder();
  return new TransformStream({ transform: (chunk, controller) => controller.enqueue(encoder.encode(chunk)) });
}

function make_TextDecoderStream() {
  const decoder = new TextDecoder();
  return new TransformStream({ transform: (chunk, controller) => controller.enqueue(decoder.decode(chunk)) });
}

function readAll(stream) {
  const reader = stream.getReader();
  const bytes = [];
  const step = () => reader.read().then(({ value, done }) => {
    if (done) return new Uint8Array(bytes);
    const chunk = $bytesOf(value);
    if (chunk === undefined) throw new TypeError("This ReadableStream did not return bytes.");
    bytes.push(...chunk);
    return step();
  });
  return step();
}

function identitySink(inside) {
  let entry = null;
  return {
    begin: () => {
      entry = { type: "pipe", request: null, size: 0, gate: $host("gate:pipe"), begun: Promise.withResolvers(), lost: Promise.withResolvers() };
      inside.queue.push(entry);
      $writable_advance(inside);
      return { begun: entry.begun.promise, lost: entry.lost.promise };
    },
    write: (chunk) => {
      const bytes = $bytesOf(chunk);
      return bytes === undefined ? Promise.resolve() : Promise.resolve(inside.write.call(inside.sink, bytes));
    },
    end: () => inside.state === "writable" ? Promise.resolve(inside.close.call(inside.sink)) : Promise.resolve(),
    finish: (outcome, error) => {
      if (inside.inFlight === entry) {
        inside.inFlight = null;
        inside.queue.shift();
      }
      if (outcome === "abort") return $writable_abandon(inside, error);
      if (outcome === "closed") {
        inside.state = "closed";
        return;
      }
      if (outcome === "close" && inside.state === "writable") return $writable_end(inside);
      $writable_advance(inside);
    },
  };
}

function hostSink(destination) {
  return {
    begin: () => $host("pipe:begin", destination),
    write: (chunk, depends) => $host("pipe:write", destination, chunk, depends),
    end: (depends) => $host("pipe:end", destination, depends),
    finish: (outcome, error) => $host("pipe:finish", destination, outcome, error),
  };
}

function streamState(stream) {
  if ($isHost(stream)) return $host("pipe:state", stream);
  const inside = $inside(stream, $isReadable(stream) ? "ReadableStream" : "WritableStream");
  const state = $isWritable(stream) && inside.state !== "closed" && $writable_isEnding(inside) ? "closing" : inside.state;
  return { state, error: inside.error };
}

function pipeToPlatform(source, destination, how) {
  const from = $streamState(source);
  const to = $streamState(destination);
  if (from.state === "errored") {
    if (!how.preventAbort) destination.abort(from.error).catch(() => {});
    return Promise.reject(from.error);
  }
  const refuse = (error) => {
    if (!how.preventCancel) source.cancel(error).catch(() => {});
    return Promise.reject(error);
  };
  if (to.state === "errored" || to.state === "erroring") return refuse(to.error);
  const isEnding = to.state === "closing" || to.state === "closed";
  if (from.state === "closed") return how.preventClose || isEnding ? Promise.resolve() : destination.close();
  if (isEnding) return refuse(new TypeError("This destination writable stream is closed."));
  if ($isHost(source) && $isHost(destination)) {
    if (how.signal !== null)
      $stuck("A pipe between sockets with a signal is not part of Gatescope's model. Leave the signal out.");
    return $host("pipe:pump", source, destination, how);
  }

  const isNative = $isHost(source) || $inside(source, "ReadableStream").native;
  const sink = $isHost(destination) ? $hostSink(destination) : $identitySink($inside(destination, "WritableStream"));
  const depends = () => isNative ? 0 : $inside(source, "ReadableStream").depends;
  const over = Promise.withResolvers();
  const reader = source.getReader();
  const holder = $isHost(destination) ? null : destination.getWriter();
  let isOver = false;
  const stop = () => {
    isOver = true;
    reader.releaseLock();
    if (holder !== null) holder.releaseLock();
  };
  const lost = (error) => {
    if (isOver) return;
    if (!how.preventCancel) reader.cancel(error).catch(() => {});
    stop();
    over.reject(error);
  };
  const failed = (error) => {
    if (isOver) return;
    stop();
    over.reject(error);
    sink.finish(how.preventAbort ? "leave" : "abort", error);
  };
  const ended = (outcome) => {
    if (isOver) return;
    stop();
    over.resolve(undefined);
    sink.finish(how.preventClose ? "leave" : outcome, undefined);
  };
  // A signal is looked at between chunks only (run on workerd).
  const isAborted = () => {
    if (isOver) return true;
    if (how.signal === null || !how.signal.aborted) return false;
    const { reason } = how.signal;
    if (!how.preventCancel) reader.cancel(reason).catch(() => {});
    stop();
    sink.finish(how.preventAbort ? "leave" : "abort", reason);
    over.reject(reason);
    return true;
  };
  // Each round of the loop ends with the rounds after it, as in workerd: how many jobs that takes can be seen from outside.
  const loop = () => {
    if (isAborted()) return Promise.resolve();
    const { state, error } = $streamState(source);
    if (state === "errored") return Promise.reject(error);
    // An end that is found between two chunks, or that comes from below JavaScript, goes straight to the sink; one that
    // ends a read is a close() like any other.
    if (state === "closed") {
      if (how.preventClose) return Promise.resolve("leave");
      return sink.end(isNative ? 0 : $inside(source, "ReadableStream").ending).then(() => "closed");
    }
    return reader.read().then(({ value, done }) => {
      if (isAborted()) return Promise.resolve();
      if (done) return isNative && !how.preventClose ? sink.end(0).then(() => "close") : Promise.resolve("close");
      return sink.write(value, depends()).then(loop);
    }, loop);
  };
  const pipe = sink.begin();
  pipe.lost.catch(lost);
  pipe.begun.then(() => {
    if ($streamState(source).state === "closed") ended("close");
    else loop().then(ended, failed);
  });
  return over.promise;
}

function sendBody(stream, sink, id) {
  if ($isHost(stream)) $host("pipe:detach", stream);
  const reader = stream.getReader();
  const depends = () => $isHost(stream) ? 0 : $inside(stream, "ReadableStream").depends;
  const step = () => {
    reader.read().then(({ value, done }) => {
      if (done) return $host(sink + ":end", id);
      const sent = $host(sink + ":write", id, value, depends());
      if (sent === undefined) reader.cancel(undefined).catch(() => {});
      else sent.then(step);
    }).catch((error) => $host(sink + ":fail", id, error));
  };
  step();
}

function body_clone() {
  const stream = $bodyStream(this);
  if (stream === null) return $cloneOf(this, undefined);
  const [kept, given] = stream.tee();
  $setBody(this, kept);
  return $cloneOf(this, given);
}

function make_AbortController() {
  return $make("AbortController", { signal: $newSignal() });
}

function signal_abort(signal, reason, name, text) {
  const inside = $inside(signal, "AbortSignal");
  if (inside.aborted) return;
  inside.aborted = true;
  if (reason === undefined) {
    inside.reason = new Error(text);
    inside.reason.name = name;
  } else inside.reason = reason;
  const event = { type: "abort", target: signal };
  if (typeof signal.onabort === "function") signal.onabort(event);
  for (const { call } of inside.listeners.splice(0)) call.call(signal, event);
}

function abortController_abort(reason) {
  $signal_abort($inside(this, "AbortController").signal, reason, "AbortError", "The operation was aborted");
}

function abortSignal_addEventListener(type, call) {
  if (type === "abort" && typeof call === "function") $inside(this, "AbortSignal").listeners.push({ call });
}

function abortSignal_removeEventListener(type, call) {
  const inside = $inside(this, "AbortSignal");
  inside.listeners = inside.listeners.filter((one) => one.call !== call);
}

function abortSignal_throwIfAborted() {
  const { aborted, reason } = $inside(this, "AbortSignal");
  if (aborted) throw reason;
}

function signal_aborted(reason) {
  const signal = $newSignal();
  $signal_abort(signal, reason, "AbortError", "The operation was aborted");
  return signal;
}

function signal_timeout(delay) {
  const signal = $newSignal();
  setTimeout(() => $signal_abort(signal, undefined, "TimeoutError", "The operation was aborted due to timeout"), delay);
  return signal;
}
`;
