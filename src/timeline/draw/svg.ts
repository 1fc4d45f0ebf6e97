/*
 * Paints a scene into an SVG element. Nodes are kept by id, so that a new scene of the same run (another width, view or
 * folding) touches only what differs.
 *
 *   <svg class="gs-timeline">
 *     <defs>       hatches
 *     g.ground     backgrounds, grid
 *     g.extent     bars, areas, the band, arrows
 *     g.veil       makes everything right of the cursor faint
 *     g.mark       labels, chips, end marks: each is faint (class "future") until the cursor reaches its beat
 *     g.cursor     the cursor's line
 */
import { unreachable } from "../../base/assert.ts";
import type { Layer, SceneNode } from "../node.ts";
import type { Scene } from "../scene.ts";
import { type Cursor, forgetCursor, newCursor } from "./cursor-state.ts";
import { hatchDefs } from "./hatches.ts";

/** The namespace. */
export const SVG = "http://www.w3.org/2000/svg";

/** What is kept with an SVG element between paintings. */
export interface Painting {
  readonly groups: Readonly<Record<Layer, SVGGElement>>;
  /** Three rects: above the gate lane, over it (which has a colour of its own), below it. */
  readonly veil: SVGGElement;
  readonly cursorGroup: SVGGElement;
  readonly elements: Map<string, { node: SceneNode; element: SVGElement }>;
  readonly cursor: Cursor;
}

const paintings = new WeakMap<SVGSVGElement, Painting>();

/** What was painted into the element, or null. */
export function paintingOf(svg: SVGSVGElement): Painting | null {
  return paintings.get(svg) ?? null;
}

/** Paints the scene. The cursor has to be placed again afterwards. */
export function paintSvg(svg: SVGSVGElement, scene: Scene): void {
  const painting = paintings.get(svg) ?? prepare(svg);
  paintings.set(svg, painting);
  setAttributes(svg, {
    width: scene.widthPx,
    height: scene.heightPx,
    viewBox: `0 0 ${scene.widthPx} ${scene.heightPx}`,
  });
  const stale = new Set(painting.elements.keys());
  const previous: Record<Layer, SVGElement | null> = { ground: null, extent: null, mark: null };
  for (const node of scene.nodes) {
    stale.delete(node.id);
    const element = reconcile(painting, node);
    const group = painting.groups[node.layer];
    const after: ChildNode | null =
      previous[node.layer]?.nextSibling ?? (previous[node.layer] === null ? group.firstChild : null);
    if (after !== element) group.insertBefore(element, after);
    previous[node.layer] = element;
  }
  for (const id of stale) {
    painting.elements.get(id)?.element.remove();
    painting.elements.delete(id);
  }
  placeVeil(painting.veil, scene);
  forgetCursor(painting.cursor, scene, painting.elements);
}

function prepare(svg: SVGSVGElement): Painting {
  svg.classList.add("gs-timeline");
  svg.replaceChildren();
  const { defs, properties } = hatchDefs(svg.ownerDocument);
  svg.append(defs);
  for (const [name, value] of properties) svg.style.setProperty(name, value);
  const group = (name: string): SVGGElement => {
    const element = svg.ownerDocument.createElementNS(SVG, "g");
    element.setAttribute("class", name);
    return element;
  };
  const groups = { ground: group("ground"), extent: group("extent"), mark: group("mark") };
  const veil = group("veil");
  for (const name of ["above", "gate", "below"]) {
    const rect = svg.ownerDocument.createElementNS(SVG, "rect");
    rect.setAttribute("class", name);
    veil.append(rect);
  }
  const cursorGroup = group("cursor");
  const line = svg.ownerDocument.createElementNS(SVG, "path");
  line.setAttribute("class", "cursor-line");
  const handle = svg.ownerDocument.createElementNS(SVG, "path");
  handle.setAttribute("class", "cursor-handle");
  cursorGroup.append(line, handle);
  svg.append(groups.ground, groups.extent, veil, groups.mark, cursorGroup);
  return { groups, veil, cursorGroup, elements: new Map(), cursor: newCursor() };
}

/** The veil begins at x = 0 of its group; moving the group moves the cursor's edge. */
function placeVeil(veil: SVGGElement, { widthPx, heightPx, rulerPx, lanes }: Scene): void {
  const gate = lanes.find((lane) => lane.id === "gate");
  const gateTop = gate?.top ?? heightPx;
  const gateBottom = gate === undefined ? heightPx : gate.top + gate.height;
  const bounds = [rulerPx, gateTop, gateBottom, heightPx];
  [...veil.children].forEach((rect, index) => {
    const y = bounds[index] ?? 0;
    setAttributes(rect, {
      x: 0,
      y,
      width: widthPx + 100,
      height: Math.max(0, (bounds[index + 1] ?? heightPx) - y),
    });
  });
}

function reconcile(painting: Painting, node: SceneNode): SVGElement {
  const known = painting.elements.get(node.id);
  const tag = node.shape.type;
  if (known !== undefined && known.element.tagName === tag && known.node.layer === node.layer) {
    if (!sameDrawing(known.node, node)) draw(known.element, node);
    known.node = node;
    return known.element;
  }
  known?.element.remove();
  const element = painting.groups.ground.ownerDocument.createElementNS(SVG, tag);
  draw(element, node);
  painting.elements.set(node.id, { node, element });
  return element;
}

function sameDrawing(one: SceneNode, other: SceneNode): boolean {
  return (
    JSON.stringify([one.shape, one.kind, one.records, one.title]) ===
    JSON.stringify([other.shape, other.kind, other.records, other.title])
  );
}

function draw(element: SVGElement, node: SceneNode): void {
  const { shape } = node;
  switch (shape.type) {
    case "rect":
      setAttributes(element, {
        x: shape.x,
        y: shape.y,
        width: shape.width,
        height: shape.height,
        rx: shape.radius,
      });
      break;
    case "circle":
      setAttributes(element, { cx: shape.x, cy: shape.y, r: shape.radius });
      break;
    case "path":
      setAttributes(element, { d: shape.d });
      break;
    case "text":
      setAttributes(element, {
        x: shape.x,
        y: shape.y,
        "text-anchor": shape.anchor,
        "font-size": shape.size,
      });
      element.textContent = shape.text;
      break;
    default:
      unreachable(shape);
  }
  element.setAttribute("class", `${node.kind}${shape.type === "text" && shape.bold ? " bold" : ""}`);
  if (node.lane !== null) element.setAttribute("data-lane", node.lane);
  if (node.records.length > 0) element.setAttribute("data-record", String(node.records[0]));
  const isSaid = node.title !== "";
  for (const name of isSaid ? ["aria-hidden"] : ["role", "aria-label"]) element.removeAttribute(name);
  setAttributes(element, isSaid ? { role: "img", "aria-label": node.title } : { "aria-hidden": "true" });
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
