/*
 * What the recorder does and sees in a cluster run, in its order, by its own clock. Rules and requests can wait for an entry,
 * named by its text or by its beginning up to a space.
 */

/** One entry. `origin` says which system call of workerd it was, if it was one. */
export interface Note {
  text: string;
  /** Since the recording began. */
  readonly ms: number;
  readonly origin: Origin | null;
}

export type Origin =
  | { readonly kind: "put"; readonly key: string }
  | { readonly kind: "response"; readonly path: string }
  | { readonly kind: "fin"; readonly connection: number }
  | { readonly kind: "data" }
  /** Taken from the system calls alone. */
  | { readonly kind: "elsewhere" };

const isAt = (text: string, entry: string): boolean => text === entry || text.startsWith(`${entry} `);

export class Timeline {
  readonly notes: Note[] = [];
  private readonly waiting = new Set<{ readonly entry: string; readonly resolve: () => void }>();
  private start: number | null = null;
  private last = 0;

  /** From here on what is noted counts. */
  begin(): void {
    this.start = performance.now();
    this.last = this.start;
  }

  /** From here on nothing is noted. */
  end(): void {
    this.start = null;
    this.waiting.clear();
  }

  get isRecording(): boolean {
    return this.start !== null;
  }

  /** Since the recording began. */
  get now(): number {
    return performance.now() - (this.start ?? performance.now());
  }

  /** How long nothing has happened. */
  get quietMs(): number {
    return performance.now() - this.last;
  }

  note(text: string, origin: Origin | null = null): Note | null {
    if (!this.isRecording) return null;
    const note = { text, ms: this.now, origin };
    this.notes.push(note);
    this.last = performance.now();
    for (const one of this.waiting) {
      if (!isAt(text, one.entry)) continue;
      this.waiting.delete(one);
      one.resolve();
    }
    return note;
  }

  isLast(note: Note | null): boolean {
    return note !== null && this.notes.at(-1) === note;
  }

  /** When the entry is there. */
  after(entry: string): Promise<void> {
    if (this.notes.some(({ text }) => isAt(text, entry))) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add({ entry, resolve }));
  }

  /** When all of them are there. */
  async afterAll(entries: string | readonly string[] | undefined): Promise<void> {
    for (const entry of [entries ?? []].flat()) await this.after(entry);
  }
}
