/*
 * The editor: CodeMirror, set up once. This file and all that it imports are one chunk, loaded when somebody edits.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { SourceError } from "../../store/session.ts";
import { editorColours } from "./editor-colours.ts";

/** What the panel does with an editor. */
export interface Editor {
  text(): string;
  /** Shows what is wrong at its place, or that nothing is. */
  showError(error: SourceError | null): void;
  focus(): void;
  destroy(): void;
}

/** What the editor tells the panel. */
export interface EditorEvents {
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
  readonly onLeave: () => void;
}

/** Opens an editor inside an element. */
export function openEditor(
  parent: HTMLElement,
  text: string,
  { onChange, onApply, onLeave }: EditorEvents,
): Editor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        javascript(),
        editorColours(),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ "aria-label": "Handler source", tabindex: "0" }),
        keymap.of([
          { key: "Mod-Enter", run: handled(onApply) },
          // Tab indents, so Escape is the way out for the keyboard.
          { key: "Escape", run: handled(onLeave) },
          indentWithTab,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    showError(error) {
      view.dispatch(setDiagnostics(view.state, error === null ? [] : [diagnosticAt(view.state, error)]));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** A key binding's command that is always the last word on its key. */
function handled(action: () => void): () => true {
  return () => {
    action();
    return true;
  };
}

function diagnosticAt(state: EditorState, { message, line, column }: SourceError): Diagnostic {
  const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  const word = state.wordAt(from);
  return { from, to: Math.max(word?.to ?? from, Math.min(from + 1, at.to)), severity: "error", message };
}
