import { DurableObject } from "cloudflare:workers";

export class Demo extends DurableObject {
  async fetch(request) {
    const socket = new WebSocket("ws://peer:9000/");
    socket.addEventListener("open", () => console.log("open"));
    socket.addEventListener("error", (event) => console.log("error " + event.message));
    await new Promise((resolve) => socket.addEventListener("close", (event) => {
      console.log("close " + event.code + " " + event.wasClean);
      resolve();
    }));
    return new Response("ok");
  }
}
