/*
 * The picture as one self-contained SVG text: styles, colours and hatches inlined, as the cursor stands now.
 */
import { SVG } from "./svg.ts";

/** Serialises what was painted. `title` becomes the picture's name for assistive technology. */
export function exportSvg(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("role", "img");
  copy.setAttribute("aria-label", title);
  const style = svg.ownerDocument.createElementNS(SVG, "style");
  style.textContent = `${variables(svg)}\n${rules(svg.ownerDocument)}`;
  const background = svg.ownerDocument.createElementNS(SVG, "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["style", "fill:var(--gs-bg)"],
  ] as const)
    background.setAttribute(name, value);
  copy.prepend(style, background);
  for (const element of copy.querySelectorAll("[data-record], [data-lane]")) {
    element.removeAttribute("data-record");
    element.removeAttribute("data-lane");
  }
  const Serializer = svg.ownerDocument.defaultView?.XMLSerializer ?? XMLSerializer;
  return new Serializer().serializeToString(copy);
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
