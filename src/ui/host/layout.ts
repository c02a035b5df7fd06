/** How many rows each part of the host's screen has. Pure; keys and drawing both ask here, so that they agree. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}
export interface HostLayout {
  /** What is said of the DomU with the highlight. */
  readonly helpRows: number;
  readonly noteRows: number;
  /** Bridges in view above the list. */
  readonly networkRows: number;
  /** DomUs in view. */
  readonly listRows: number;
  /** Rows of a body that is one text alone. */
  readonly bodyRows: number;
}

/** Header, title, blank, rule, keys. */
const FRAME_ROWS = 5;
/** What the columns are called. */
const HEAD_ROWS = 1;
const COMFORTABLE = 20;
const MOST_NETWORK_ROWS = 2;

export function hostLayout({ rows }: Size, bridges: number): HostLayout {
  const isComfortable = rows >= COMFORTABLE;
  const [helpRows, noteRows] = isComfortable ? [2, 3] : [1, 1];
  const bodyRows = Math.max(1, rows - FRAME_ROWS - helpRows - noteRows);
  const networkRows = isComfortable ? Math.min(bridges, MOST_NETWORK_ROWS) : 0;
  return { helpRows, noteRows, networkRows, bodyRows, listRows: Math.max(1, bodyRows - networkRows - HEAD_ROWS) };
}
