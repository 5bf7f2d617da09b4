const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const INVISIBLE =
  /\u034F|[\u00AD\u115F\u1160\u180E\u200B\u200C\u2060-\u2065\u206A-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E007F}]/gu;
const CONTROLS = /(?!\n)\p{Cc}/gu;
/** A joiner has a meaning between two pictures of one emoji, and is invisible everywhere else. */
const STRAY_JOINER =
  /(?<!\p{Extended_Pictographic}|\p{EMod}|\uFE0F)\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

const visible = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\t\v\f]/g, ' ')
    .replace(CONTROLS, '')
    .replace(DIRECTIONS, '')
    .replace(INVISIBLE, '')
    .replace(STRAY_JOINER, '')
    .replace(STACKED_MARKS, '$1');

/** Text for a place of one line: nothing in it can start a new line, turn the direction or hide. */
export const oneLine = (text: string): string => visible(text).replace(/\s+/g, ' ').trim();

/** Text for a place of several lines; line breaks stay, three in a row do not. */
export const manyLines = (text: string): string => visible(text).replace(/\n\s*\n\s*\n+/g, '\n\n');
