/*
 * The picture as one self-contained SVG text: styles, colours and hatches inlined, as the cursor stands now.
 */
import type { Scene } from "../scene.ts";
import { SVG } from "./svg.ts";

/** Room for the lanes' names, which in the page are text beside the drawing. */
const HEADS_PX = 168;

/** Serialises what was painted of a scene. `title` becomes the picture's name for assistive technology. */
export function exportSvg(svg: SVGSVGElement, scene: Scene, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const width = scene.widthPx + HEADS_PX;
  copy.setAttribute("viewBox", `${-HEADS_PX} 0 ${width} ${scene.heightPx}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("role", "img");
  copy.setAttribute("aria-label", title);
  const style = svg.ownerDocument.createElementNS(SVG, "style");
  style.textContent = `${variables(svg)}\n${rules(svg.ownerDocument)}`;
  const background = svg.ownerDocument.createElementNS(SVG, "rect");
  for (const [name, value] of [
    ["x", String(-HEADS_PX)],
    ["width", "100%"],
    ["height", "100%"],
    ["style", "fill:var(--gs-bg)"],
  ] as const)
    background.setAttribute(name, value);
  copy.prepend(style, background);
  for (const lane of scene.lanes) {
    copy.append(text(svg, lane.title, lane.top + 18, 12.5, "bold"));
    if (!lane.folded) copy.append(text(svg, lane.subtitle, lane.top + 33, 10.5, "dim"));
  }
  for (const element of copy.querySelectorAll("[data-record], [data-lane]")) {
    element.removeAttribute("data-record");
    element.removeAttribute("data-lane");
  }
  const Serializer = svg.ownerDocument.defaultView?.XMLSerializer ?? XMLSerializer;
  return new Serializer().serializeToString(copy);
}

function text(svg: SVGSVGElement, content: string, y: number, size: number, kind: string): SVGElement {
  const element = svg.ownerDocument.createElementNS(SVG, "text");
  element.setAttribute("x", String(12 - HEADS_PX));
  element.setAttribute("y", String(y));
  element.setAttribute("font-size", String(size));
  element.setAttribute("class", kind);
  element.textContent = content;
  return element;
}

/** The custom properties that the timeline's rules use, with the values that hold where it stands. */
function variables(svg: SVGSVGElement): string {
  const computed = getComputedStyle(svg);
  const names = new Set(
    [...rules(svg.ownerDocument).matchAll(/var\((--gs-[\w-]+)/g)].map((match) => match[1] ?? ""),
  );
  names.add("--gs-bg");
  const values = [...names]
    .map((name) => [name, computed.getPropertyValue(name).trim()] as const)
    .filter(([, value]) => value !== "");
  return `.gs-timeline{${values.map(([name, value]) => `${name}:${value}`).join(";")}}`;
}

/** Every rule of the page that is about the timeline. */
function rules(document: Document): string {
  const found: string[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) if (rule.cssText.startsWith(".gs-timeline")) found.push(rule.cssText);
  }
  return found.join("\n");
}

/** A sheet from elsewhere may not be read; it is none of ours. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}
