/*
 * The hatches that say in pattern what the colours say: amber stripes for held, blue ones for flushing, a dense cross
 * for struck out. Each SVG has its own, since two pictures may share a page.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Name, class of its stripes, angle, distance and width of the stripes. */
const HATCHES = [
  { name: "held", angle: 45, step: 7, stripe: 2.2 },
  { name: "flushing", angle: -45, step: 6, stripe: 1.4 },
  { name: "broken", angle: 45, step: 5, stripe: 1.6 },
  { name: "wait", angle: 45, step: 6, stripe: 1.2 },
] as const;

let made = 0;

/** The patterns, and the custom properties by which the style sheet names them (`--gs-hatch-held: url(#gs1-held)`). */
export function hatchDefs(document: Document): {
  readonly defs: SVGDefsElement;
  readonly properties: readonly (readonly [string, string])[];
} {
  made += 1;
  const prefix = `gs${made}`;
  const defs = document.createElementNS(SVG, "defs");
  const properties: [string, string][] = [];
  for (const { name, angle, step, stripe } of HATCHES) {
    const pattern = document.createElementNS(SVG, "pattern");
    const id = `${prefix}-${name}`;
    for (const [attribute, value] of Object.entries({
      id,
      width: step,
      height: step,
      patternUnits: "userSpaceOnUse",
      patternTransform: `rotate(${angle})`,
    })) {
      pattern.setAttribute(attribute, String(value));
    }
    for (const [part, width] of [
      ["back", step],
      ["stripe", stripe],
    ] as const) {
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", `hatch-${part} ${name}`);
      rect.setAttribute("width", String(width));
      rect.setAttribute("height", String(step));
      pattern.append(rect);
    }
    defs.append(pattern);
    properties.push([`--gs-hatch-${name}`, `url(#${id})`]);
  }
  return { defs, properties };
}
