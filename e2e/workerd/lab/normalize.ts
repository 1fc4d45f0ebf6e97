/* What differs from run to run without meaning anything is written in one way: ports, folders, ids, references, stacks. */

/** Replaces ports, the run's folder and references in what was seen. */
export type Clean = (text: string) => string;

/** What stands for what in a run. */
export interface RunNames {
  readonly peerPort: number;
  readonly workerPort: number;
  readonly folder: string;
  readonly bucketPort?: number;
  /** Objects' names by their ids. */
  readonly objects?: ReadonlyMap<string, string>;
}

/** The cleaner of one run. */
export function cleanerFor({ peerPort, workerPort, folder, bucketPort, objects }: RunNames): Clean {
  const barePeerPort = new RegExp(`\\b${peerPort}\\b`, "g");
  return (text) => {
    let clean = text;
    for (const [id, name] of objects ?? []) clean = clean.replaceAll(id, `OBJECT-${name}`);
    clean = clean
      .replaceAll(`127.0.0.1:${peerPort}`, "peer:9000")
      .replaceAll(folder, "")
      .replaceAll(`127.0.0.1:${workerPort}`, "worker")
      .replaceAll(barePeerPort, "9000");
    if (bucketPort !== undefined) clean = clean.replaceAll(`127.0.0.1:${bucketPort}`, "bucket");
    return clean.replaceAll(/reference = \w+/g, "reference = ...");
  };
}

const LONGEST_ERROR = 300;

/**
 * workerd's own log: its errors, each line once, sorted, without places in its source and stacks. `withInfo`: what it says
 * for information too, which in cluster mode is mostly about the bucket.
 */
export function errorLines(log: string, clean: Clean, withInfo: boolean): readonly string[] {
  const lines = clean(log)
    .split("\n")
    .filter((line) => /(c\+\+|\.rs):\d+: (\w+: )?\S/.test(line) || line.includes("***"))
    .filter((line) => withInfo || !line.includes(": info: "))
    .map((line) =>
      line
        .replaceAll(/\S+\.(?:c\+\+|h|rs):\d+: /g, "")
        .replaceAll(/wdErrId = \w+/g, "wdErrId = ...")
        .replace(/; stack = \w*Error: .*$/, "")
        .replace(/\s*stack: [0-9a-f@ ]+.*$/, "")
        .slice(0, LONGEST_ERROR),
    );
  return [...new Set(lines)].sort();
}
