import { DurableObject } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";

const textOf = (bytes) => new TextDecoder().decode(bytes);

async function* lines(readable) {
  const reader = readable.getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + textOf(value)).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = connect("peer:9000");
    const found = [];
    for await (const line of lines(socket.readable)) found.push(line);
    console.log(found.join(" "));
    return new Response("ok");
  }
}
