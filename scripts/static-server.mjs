// @ts-check
/**
 * A plain static host: files below one folder, under one sub-path, and 404 for everything else. No fallback to a page, no
 * rewriting: what works here works on any static host.
 *
 *   node scripts/static-server.mjs [folder] [sub-path] [port]     (dist / 0: any free port)
 */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** @type {Readonly<Record<string, string>>} */
const contentTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** @param {string} folder @param {string} subPath @param {string} requestUrl @returns {string | null} */
function fileFor(folder, subPath, requestUrl) {
  const pathname = decodeURIComponent(new URL(requestUrl, "http://localhost").pathname);
  if (!pathname.startsWith(subPath)) return null;
  const relative = pathname.slice(subPath.length);
  const file = path.join(
    folder,
    relative === "" || relative.endsWith("/") ? `${relative}index.html` : relative,
  );
  if (!file.startsWith(folder + path.sep)) return null;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : null;
}

/**
 * @param {{ readonly folder: string, readonly subPath?: string, readonly port?: number }} options
 * @returns {Promise<{ readonly url: string, readonly close: () => Promise<void> }>}
 */
export function serveFolder({ folder, subPath = "/", port = 0 }) {
  const server = createServer((request, response) => {
    const file = fileFor(path.resolve(folder), subPath, request.url ?? "/");
    if (file === null) {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file here.\n");
      return;
    }
    const type = contentTypes[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" ? address?.port : undefined;
      resolve({
        url: `http://127.0.0.1:${bound}${subPath}`,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "dist", subPath = "/", port = "0"] = process.argv.slice(2);
  const { url } = await serveFolder({ folder, subPath, port: Number(port) });
  console.log(`Serving ${folder} at ${url}`);
}
