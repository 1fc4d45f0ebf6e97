/*
 * Lights up the nodes made from certain records and dims the rest.
 */
import { paintingOf } from "./svg.ts";

/** Lights up these records; null lights everything evenly again. */
export function highlight(svg: SVGSVGElement, records: ReadonlySet<number> | null): void {
  svg.classList.toggle("has-highlight", records !== null);
  const painting = paintingOf(svg);
  if (painting === null) return;
  for (const { node, element } of painting.elements.values()) {
    element.classList.toggle("lit", records !== null && node.records.some((record) => records.has(record)));
  }
}
