/**
 * Stands for Intl.Segmenter in the bundle: its tables are loaded when the first text is taken apart, not when a library
 * is loaded.
 */
const { Segmenter } = Intl;

export class LaterSegmenter {
  #words;
  #made;
  constructor(...words) {
    this.#words = words;
  }

  segment(text) {
    this.#made ??= new Segmenter(...this.#words);
    return this.#made.segment(text);
  }
}
