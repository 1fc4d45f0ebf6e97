const PATHS = {
  "to-start": "M4.5 3.5v9M12.5 3.5 6.5 8l6 4.5z",
  back: "M11 3.5 5 8l6 4.5z",
  play: "M5 3.2 12.6 8 5 12.8z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  forward: "M5 3.5 11 8l-6 4.5z",
  "to-end": "M11.5 3.5v9M3.5 3.5 9.5 8l-6 4.5z",
  until: "M2 8h5.5M5 5.2 7.8 8 5 10.8M11.6 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  undo: "M6 3 3 6l3 3M3.2 6H9a3.7 3.7 0 0 1 0 7.4H6",
  redo: "M10 3l3 3-3 3M12.8 6H7a3.7 3.7 0 0 0 0 7.4h3",
  chevron: "M4 6.2 8 10l4-3.8",
  share:
    "M6.2 8.8 9.8 7M6.2 9.2l3.6 1.9M4.3 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.7 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.7 14.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  globe:
    "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2.2 8h11.6M8 2c2 1.8 2.8 3.8 2.8 6S10 12.2 8 14C6 12.2 5.2 10.2 5.2 8S6 3.8 8 2Z",
  reset: "M3.2 3.2v3.4h3.4M3.5 6.4A5.3 5.3 0 1 1 2.8 9.3",
  help: "M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1v.4M8 11.6v.1M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4Z",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13.3 9.6A5.7 5.7 0 0 1 6.4 2.7a5.7 5.7 0 1 0 6.9 6.9Z",
  screen: "M2.3 3.3h11.4v7.4H2.3zM6 13.3h4M8 10.7v2.6",
  "zoom-in": "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4 14 14M7 5.2v3.6M5.2 7h3.6",
  "zoom-out": "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4 14 14M5.2 7h3.6",
  fit: "M2.5 5.5v-3h3M13.5 5.5v-3h-3M2.5 10.5v3h3M13.5 10.5v3h-3",
  copy: "M5.5 5.5h7.8v7.8H5.5zM3.5 10.5h-.8V2.7h7.8v.8",
  close: "M4 4l8 8M12 4l-8 8",
  minus: "M4 8h8",
  plus: "M4 8h8M8 4v8",
  orders: "M2.5 8h3l3-4.5h5M5.5 8l3 4.5h5M5.5 8h8",
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z",
  bolt: "M9 1.8 3.8 9h3.7L7 14.2 12.2 7H8.5z",
  text: "M3 4h10M3 8h10M3 12h6",
} as const;

/** Names an icon. */
export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(["play", "back", "forward", "to-start", "to-end", "bolt"]);

/** A decorative icon: what it means stands in its button's name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      fill={FILLED.has(name) ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
