/**
 * What would act on a terminal, or show other words than the bytes say: control characters of both sets, line separators, marks
 * without width, overrides of the writing direction, lone surrogates, invisible tags (Unicode 17, UAX #9 and #44). Not ZWJ (U+200D)
 * and the variation selectors, of which emoji are made.
 */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\u{e0000}-\u{e0fff}]/gu;

/** Words of strangers, so that they can neither move a cursor nor pretend to be a line: each such character as its number. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const hex = character.codePointAt(0)!.toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}
