import { classOf, foldAt } from './fold.ts';
import { textLimit } from './normalise.ts';

/** A normalised text, and each of its UTF-16 units folded and classified. The arrays may be longer than the text. */
export interface Page {
  readonly text: string;
  readonly length: number;
  readonly folded: Uint16Array;
  readonly classes: Uint8Array;
}

// One message is read at a time and nothing of it outlives the call, so its arrays are reused.
const folded = new Uint16Array(textLimit + 1);
const classes = new Uint8Array(textLimit + 1);

/** Reads a normalised text. The page is valid until the next call. */
export function readPage(text: string): Page {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    folded[at] = foldAt(text, at);
    classes[at] = classOf(unit);
  }
  folded[text.length] = 0;
  classes[text.length] = 0;
  return { text, length: text.length, folded, classes };
}
