import { DurableObject } from "cloudflare:workers";

export class Account extends DurableObject {
  async fetch(request) {
    this.ctx.storage.put("balance", 90);
    const other = this.env.ACCOUNTS.getByName("savings");
    const balance = await other.deposit(10);
    return new Response("savings: " + balance);
  }

  async deposit(amount) {
    const balance =
      ((await this.ctx.storage.get("balance")) ?? 0) + amount;
    this.ctx.storage.put("balance", balance);
    return balance;
  }
}
