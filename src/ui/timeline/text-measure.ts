/*
 * Measures text with the page's own font; results are kept, since the same labels are measured at every width.
 */
import { estimateText, type Measure } from "../../timeline/measure.ts";

const CACHE_LIMIT = 5_000;

/** A measure for the font family of an element. */
export function measureIn(element: Element): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return estimateText;
  const family = getComputedStyle(element).fontFamily;
  const cache = new Map<string, number>();
  return (text, px, bold = false) => {
    const key = `${bold ? 1 : 0}${px}:${text}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    context.font = `${bold ? 600 : 400} ${px}px ${family}`;
    const width = context.measureText(text).width;
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, width);
    return width;
  };
}
