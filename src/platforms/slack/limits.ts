/** https://docs.slack.dev/reference/block-kit/blocks */
export const MESSAGE_BLOCKS = 50;
export const VIEW_BLOCKS = 100;
export const HEADER = 150;
export const SECTION = 3_000;
export const CONTEXT_ELEMENTS = 10;
export const ACTIONS_ELEMENTS = 25;
export const LIST_ITEMS = 100;
/** https://docs.slack.dev/reference/block-kit/blocks/table-block: the header counts. */
export const TABLE_ROWS = 100;
export const TABLE_COLUMNS = 20;

/**
 * Slack refuses messages somewhere between 11,000 and 13,300 characters and says neither where nor what it counts:
 * https://github.com/slackapi/bolt-js/issues/2867
 */
export const CHARACTERS = 10_000;
/** https://docs.slack.dev/reference/methods/chat.postMessage: longer ones are taken, and hard to read. */
export const FALLBACK = 4_000;

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const BUTTON_TEXT = 75;
export const BUTTON_VALUE = 2_000;
export const BUTTON_URL = 3_000;
export const ACCESSIBILITY_LABEL = 75;

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
export const CONFIRM_TITLE = 100;
export const CONFIRM_TEXT = 300;
export const CONFIRM_BUTTON = 30;

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object; some pages allow a value of 150. */
export const OPTIONS = 100;
export const OPTION_TEXT = 75;
export const OPTION_VALUE = 75;
export const OPTION_GROUPS = 100;

/** https://docs.slack.dev/reference/block-kit/blocks/input-block and the elements in it. */
export const LABEL = 150;
export const HINT = 500;
export const PLACEHOLDER = 150;
export const INPUT_TEXT = 3_000;

/** https://docs.slack.dev/reference/views/modal-views */
export const MODAL_TITLE = 24;
export const METADATA = 3_000;

export const ID = 255;

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export const RESPONSE_URL_USES = 5;
export const RESPONSE_URL_LIFE = 30 * 60_000;

/** What one field of a card may say. */
export const FIELD = 1_000;

/** What stays readable in one table cell, and in all cells together. */
export const CELL = 200;
export const TABLE_CHARACTERS = 5_000;

/** https://docs.slack.dev/reference/block-kit/blocks/alert-block: in windows only. */
export const ALERT = 200;

/** https://docs.slack.dev/reference/block-kit/blocks/image-block; an upload's own description is shorter. */
export const IMAGE_ALT = 2_000;
export const ALT_TEXT = 1_000;

/** Ours, not Slack's, which takes a gigabyte: a file is in memory while it is sent. */
export const FILE_BYTES = 100 * 1024 * 1024;
