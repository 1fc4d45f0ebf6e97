import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";

export class Mailer extends DurableObject {
  async fetch() {
    await this.ctx.storage.setAlarm(Date.now() + 100);
    return new Response("queued");
  }

  async alarm(info) {
    this.ctx.storage.put("sent", true);
    const socket = connect("mail:25", { secureTransport: "starttls" });
    await socket.opened;
    const writer = socket.writable.getWriter();
    await writer.write(new TextEncoder().encode("STARTTLS"));
    writer.releaseLock();
    const secure = socket.startTls();
    await secure.writable
      .getWriter()
      .write(new TextEncoder().encode("try " + info.retryCount));
    await secure.close();
  }
}
