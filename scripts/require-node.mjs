// Imported first by the scripts that people start, and written so that an old Node can still read it and be told.
const needed = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Gatescope needs Node ${needed.join(".")} or newer; this is Node ${process.versions.node}. ` +
      "Install a newer one (nodejs.org, or your version manager) and run the same command again.",
  );
  process.exit(1);
}
