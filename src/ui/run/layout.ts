/** Where panes and log lie on a screen of a given size. Pure; keys and drawing both ask here, so that they agree. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
export interface RunLayout {
  readonly columns: number;
  readonly paneWidth: number;
  /** Rows of panes in view. */
  readonly gridRows: number;
  /** Lines of the log below the panes. */
  readonly logRows: number;
  /** Lines of a body that is one text alone. */
  readonly bodyRows: number;
}

/** The frame's own: header, title, blank, rule, note, keys. */
const FRAME_ROWS = 6;
const PANE_ROWS = 3;
const GAP = 2;
/** A bar, its percent and its amount fit. */
const LEAST_PANE = 36;
const MOST_COLUMNS = 4;

export function layoutOf({ columns, rows }: Size, panes: number): RunLayout {
  const width = columns - 1;
  const bodyRows = Math.max(1, rows - FRAME_ROWS);
  const across = Math.max(
    1,
    Math.min(MOST_COLUMNS, Math.floor((width + GAP) / (LEAST_PANE + GAP)), Math.max(1, panes)),
  );
  const wanted = Math.max(1, Math.ceil(panes / across));
  const gridRows = Math.max(1, Math.min(wanted, Math.floor(bodyRows / 2 / PANE_ROWS)));
  return {
    columns: across,
    paneWidth: Math.floor((width + GAP) / across) - GAP,
    gridRows,
    logRows: Math.max(0, bodyRows - gridRows * PANE_ROWS - 1),
    bodyRows,
  };
}

export const PANE_GAP = ' '.repeat(GAP);

/** The panes in view: those of the page that the focused one is on. */
export function visiblePanes(
  layout: RunLayout,
  focus: number,
  panes: number,
): { readonly from: number; readonly to: number } {
  const page = layout.columns * layout.gridRows;
  const from = Math.floor(focus / page) * page;
  return { from, to: Math.min(panes, from + page) };
}
