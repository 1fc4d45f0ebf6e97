/* The Worker that is recorded: the scenario's class behind an entry point of the recorder's own, and workerd's configuration. */

/**
 * Routes requests (/OBJECT:name/path picks the object, "a" by default; /ALL?path&path makes several in one turn), tells what the
 * caller of the object sees, and primes the object: its database exists when the first request comes, so that one commit is one fsync.
 */
const entryModule = (flags: readonly string[]): string => `import { Demo as Base } from "handler.js";
export class Demo extends Base {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/__prime") return super.fetch(request);
    await this.ctx.storage.put("__prime", 1);
    await this.ctx.storage.sync();
    await this.ctx.storage.delete("__prime");
    await this.ctx.storage.sync();
    return new Response("primed");
  }
}
async function call(request, env, path) {
  const url = new URL(path, request.url), object = url.pathname.match(/^\\/OBJECT:(\\w+)(.*)/);
  if (object) url.pathname = object[2] || "/";
  try {
    return await env.DEMO.get(env.DEMO.idFromName(object ? object[1] : "a")).fetch(new Request(url, request));
  } catch (e) {
    const flags = { ${flags.map((flag) => `${flag}: e.${flag}`).join(", ")} };
    return new Response("caller sees " + e.name + ": " + e.message + " " + JSON.stringify(flags), { status: 500 });
  }
}
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname !== "/ALL") return call(request, env, request.url);
    const answer = async (path) => {
      const response = await call(request, env, path);
      return { status: response.status, body: await response.text() };
    };
    return Response.json(await Promise.all(url.search.slice(1).split("&").map(answer)));
  },
};
`;

/** What a run's Worker is made of. */
export interface WorkerSetup {
  readonly source: string;
  readonly peerPort: number;
  readonly autogates: readonly string[];
  readonly v8Flags: readonly string[];
  /** The bucket's port in cluster mode. */
  readonly bucketPort: number | null;
  /** The Worker that connect() goes to; null: the network. */
  readonly service: string | null;
}

function clusterConfig(port: number): string {
  const options = [
    `aws_endpoint=http://127.0.0.1:${port}`,
    "aws_region=auto",
    "aws_access_key_id=k",
    "aws_secret_access_key=s",
  ];
  const key = "a key of at least thirty-two bytes, for tests";
  return `cluster = ( bucket = "s3://bucket/lab", address = "127.0.0.1:0", key = "${key}", bucketOptions = ${JSON.stringify(options)} ),`;
}

const FAR_WORKER = `const far :Workerd.Worker = (
  modules = [(name = "far.js", esModule = embed "far.js")],
  compatibilityDate = "2026-04-01",
  compatibilityFlags = ["experimental"],
);
`;

/** The files of the Worker by their names; `folder` is where they will stand. */
export function workerFiles(setup: WorkerSetup, folder: string): Readonly<Record<string, string>> {
  const { source, peerPort, autogates, v8Flags, bucketPort, service } = setup;
  const handler = source
    .replaceAll("peer:9000", `127.0.0.1:${peerPort}`)
    .replaceAll('hostname: "peer", port: 9000', `hostname: "127.0.0.1", port: ${peerPort}`);
  const errorFlags = [
    "remote",
    "retryable",
    "durableObjectReset",
    ...(bucketPort === null ? [] : ["overloaded"]),
  ];
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .demo),
    (name = "internet", network = (allow = ["private", "public"], tlsOptions = (trustBrowserCas = false))),
    (name = "disk", disk = (path = "${folder}/do", writable = true)),
    ${service === null ? "" : '(name = "far", worker = .far),'}
  ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ],
  ${bucketPort === null ? "" : clusterConfig(bucketPort)}
  autogates = ${JSON.stringify(autogates)},
  v8Flags = ${JSON.stringify(v8Flags)},
);
const demo :Workerd.Worker = (
  modules = [(name = "entry.js", esModule = embed "entry.js"), (name = "handler.js", esModule = embed "handler.js")],
  compatibilityDate = "2026-04-01",
  durableObjectNamespaces = [(className = "Demo", uniqueKey = "demo", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "DEMO", durableObjectNamespace = "Demo")],
  ${service === null ? "" : 'globalOutbound = "far",'}
);
${service === null ? "" : FAR_WORKER}`;
  const files = { "entry.js": entryModule(errorFlags), "handler.js": handler, "config.capnp": config };
  return service === null ? files : { ...files, "far.js": service };
}
