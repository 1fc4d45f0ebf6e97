// @ts-check
/** `npm start`: installs what is missing, builds what is stale, serves the build and says where. */
import "./require-node.mjs";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { install, root, runTool } from "./tools.mjs";

const DEFAULT_PORT = 4173;

/** @param {string} message @returns {never} */
function giveUp(message) {
  console.error(message);
  process.exit(1);
}

/** The latest change below a file or folder; a folder's own time tells of removed files. @param {string} name @returns {number} */
function latestChange(name) {
  if (!existsSync(name)) return 0;
  const status = statSync(name);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(name).map((entry) => latestChange(path.join(name, entry))));
}

function isBuildStale() {
  const pages = readdirSync(root).filter((name) => name.endsWith(".html"));
  const built = pages.map((page) => path.join(root, "dist", page));
  if (pages.length === 0 || !built.every((page) => existsSync(page))) return true;
  const sources = [...pages, "src", "public", "scripts", "vite.config.ts", "package-lock.json"];
  const lastBuild = Math.min(...built.map((page) => statSync(page).mtimeMs));
  return sources.some((name) => latestChange(path.join(root, name)) > lastBuild);
}

function wantedPort() {
  const text = process.env.PORT ?? "";
  if (text === "") return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) giveUp(`PORT must be 1 to 65535, not "${text}".`);
  return port;
}

const port = wantedPort();

const installed = await install();
if (!installed.ok)
  giveUp(`${installed.output}\nThe dependencies could not be installed (npm ci); the reason stands above.`);
if (installed.wasNeeded) console.log("Installed the dependencies.");

if (isBuildStale()) {
  const built = await runTool("vite/bin/vite.js", ["build", "--logLevel", "warn"]);
  if (!built.ok) giveUp(`${built.output}\nThe build failed; the reason stands above.`);
  console.log("Built Gatescope.");
}

// Only now: before the installation there was no Vite to import.
const { preview } = await import("vite");
const server = await preview({
  root,
  logLevel: "warn",
  preview: { port, strictPort: false, host: process.env.HOST ?? "localhost" },
});
const address = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
if (address === undefined) giveUp("The server started without an address.");
if (!address.includes(`:${port}/`)) console.log(`Port ${port} is taken, so it is the next free one.`);
console.log(`Gatescope is at ${address} (stop with Ctrl+C)`);
