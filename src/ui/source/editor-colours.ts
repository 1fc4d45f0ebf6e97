/*
 * Colours the visible part of the editor's text with the same classes as the view's.
 */
import { syntaxTree } from "@codemirror/language";
import { type Extension, type Range, RangeSet } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tokenKind } from "./token-kinds.ts";

/** The extension that colours. */
export function editorColours(): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = colour(view);
      }
      update({ docChanged, viewportChanged, startState, state, view }: ViewUpdate): void {
        if (docChanged || viewportChanged || syntaxTree(startState) !== syntaxTree(state))
          this.decorations = colour(view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

function colour(view: EditorView): DecorationSet {
  const marks: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter(node) {
        const kind = tokenKind(node.name);
        if (kind !== null && kind !== "plain" && node.to > node.from) {
          marks.push(Decoration.mark({ class: `token-${kind}` }).range(node.from, node.to));
        }
      },
    });
  }
  return RangeSet.of(marks, true);
}
