import { DurableObject } from "cloudflare:workers";

export class Visits extends DurableObject {
  visits = 0;

  async fetch(request) {
    this.visits++;
    const { storage } = this.ctx;
    const seen = await storage.get("seen");
    storage.put("seen", (seen ?? 0) + 1);
    return new Response(
      "in memory " + this.visits + ", stored " + seen,
    );
  }
}
