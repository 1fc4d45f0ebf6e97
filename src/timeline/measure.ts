/*
 * How wide a text is. The browser measures with the real font; tests and the command line use this estimate, which is
 * made from the advance widths of a humanist sans (per 1000 units of the em) and errs on the wide side.
 */

/** Width of `text` in px when set at `px` pixels. */
export type Measure = (text: string, px: number, bold?: boolean) => number;

const NARROW = /[iljtfrI.,:;'|!()[\]{} ·]/;
const WIDE = /[mwMW@%→—…]/;
const CAPITAL = /[A-Z0-9$#&?"]/;

/** An estimate that needs no font. */
export const estimateText: Measure = (text, px, bold = false) => {
  let units = 0;
  for (const character of text) {
    if (NARROW.test(character)) units += 360;
    else if (WIDE.test(character)) units += 920;
    else if (CAPITAL.test(character)) units += 670;
    else units += 600;
  }
  return (units / 1000) * px * (bold ? 1.08 : 1);
};

/** The longest of `variants` (given longest first) that fits into `widthPx`, or null. */
export function fitting(
  variants: readonly string[],
  widthPx: number,
  px: number,
  measure: Measure,
): string | null {
  return variants.find((text) => measure(text, px) <= widthPx) ?? null;
}

/** `text` cut with an ellipsis to fit into `widthPx`, or null when not even four characters fit. */
export function shortened(text: string, widthPx: number, px: number, measure: Measure): string | null {
  if (measure(text, px) <= widthPx) return text;
  for (let length = text.length - 1; length >= 4; length -= 1) {
    const cut = `${text.slice(0, length).trimEnd()}…`;
    if (measure(cut, px) <= widthPx) return cut;
  }
  return null;
}
